"""Source code of functions: text, syntax tree and place. Files are parsed once per process."""

from __future__ import annotations

import ast
import linecache
import os
import types
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
Location = Dict[str, Any]

_LAMBDA = "<lambda>"


class ParsedFile:
    """One file's lines, tree, and functions by first line and name."""

    def __init__(self, lines: List[str]) -> None:
        self.lines = lines
        self.tree = ast.parse("".join(lines))
        self._functions: Optional[Dict[Tuple[int, str], FunctionNode]] = None

    def function(self, first_line: int, name: str) -> Optional[FunctionNode]:
        """The function whose code begins at ``first_line`` (that of its first decorator)."""
        if self._functions is None:
            self._functions = {}
            for node in ast.walk(self.tree):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self._functions[(first_line_of(node), node.name)] = node
                elif isinstance(node, ast.Lambda):
                    self._functions.setdefault((node.lineno, _LAMBDA), node)
        return self._functions.get((first_line, name))

    def text(self, node: ast.AST) -> str:
        """The lines of a node with its decorators, indented as a whole block."""
        first = first_line_of(node)
        lines = self.lines[first - 1 : getattr(node, "end_lineno", None) or first]
        margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
        return "".join(line[margin:] if line[:margin].isspace() else line for line in lines)


_files: Dict[str, Optional[ParsedFile]] = {}
_texts: Dict[str, List[str]] = {}


def parse_file(path: str, module_globals: Optional[Dict[str, Any]] = None) -> Optional[ParsedFile]:
    """The parsed file; None when there is no text (code made by ``exec``) or it can't be parsed."""
    lines = linecache.getlines(path, module_globals)
    # Cells of a notebook may come back under the same name: lines that changed are parsed again.
    if path not in _files or _texts.get(path) is not lines:
        _texts[path] = lines
        try:
            _files[path] = ParsedFile(lines) if lines else None
        except (SyntaxError, ValueError):
            _files[path] = None
    return _files[path]


def unwrap(func: Any) -> Any:
    """The function inside of ``functools.wraps`` wrappers, partials and bound methods."""
    for _ in range(100):
        inner = getattr(func, "__wrapped__", None) or getattr(func, "__func__", None)
        if inner is None and type(func).__name__ == "partial":
            inner = getattr(func, "func", None)
        if inner is None or inner is func:
            return func
        func = inner
    return func


def node_of(func: Callable[..., Any]) -> Optional[FunctionNode]:
    """The syntax tree of a Python function; None where its source can't be had."""
    code = getattr(func, "__code__", None)
    if not isinstance(code, types.CodeType):
        return None
    parsed = parse_file(code.co_filename, getattr(func, "__globals__", None))
    return parsed.function(code.co_firstlineno, code.co_name) if parsed else None


def location_of(func: Callable[..., Any]) -> Optional[Location]:
    """File and lines of a function (``line`` is that of ``def``); None for functions that aren't in a file."""
    inner = unwrap(func)
    code = getattr(inner, "__code__", None)
    if not isinstance(code, types.CodeType):
        return None
    node = node_of(inner)
    location: Location = {"file": absolute(code.co_filename), "line": node.lineno if node else code.co_firstlineno}
    if node is not None and node.end_lineno is not None:
        location["endLine"] = node.end_lineno
    return location


def text_of(func: Callable[..., Any]) -> Optional[str]:
    """The source text of a function with its decorators, indented as a whole block."""
    inner = unwrap(func)
    node = node_of(inner)
    if node is None:
        return None
    parsed = parse_file(inner.__code__.co_filename, inner.__globals__)
    return None if parsed is None else parsed.text(node)


def line_of(path: str, line: int) -> Optional[str]:
    """The text of one line, without its indentation."""
    text = linecache.getline(path, line).strip()
    return text or None


def first_line_of(node: ast.AST) -> int:
    """The line where a definition begins: that of its first decorator."""
    decorators = getattr(node, "decorator_list", [])
    lines: List[int] = [node.lineno, *(decorator.lineno for decorator in decorators)]  # type: ignore[attr-defined]
    return min(lines)


def absolute(path: str) -> str:
    """An absolute path for a real file; names like ``<string>`` stay as they are."""
    return path if path.startswith("<") else os.path.abspath(path)
