"""A piece of source code as the cache sees it: a digest that formatting, comments and docstrings don't change, and names."""

from __future__ import annotations

import ast
import hashlib
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

__all__ = ["Facts", "Import", "digest_of", "facts_of", "function_facts"]

Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Import(NamedTuple):
    """An import: ``from module import name as alias``, or ``import module as alias`` when `name` is None."""

    module: str
    level: int
    name: Optional[str]
    alias: str


class Facts(NamedTuple):
    """What is known of a piece of code without running it."""

    digest: str
    names: FrozenSet[str]
    #: Dotted uses such as ``helpers.clean``, by their first name; an empty tuple where a name is used alone.
    chains: Dict[str, FrozenSet[Tuple[str, ...]]]
    imports: Tuple[Import, ...]


_known: Dict[Tuple[int, bool], Tuple[ast.AST, Facts]] = {}


def facts_of(node: ast.AST, decorators: bool = True) -> Facts:
    """The facts of a node; computed once per process.

    Args:
        node: A definition, a statement or a whole module.
        decorators: Whether the decorators of the node itself count; a step's don't.
    """
    key = (id(node), decorators)
    known = _known.get(key)
    if known is None:
        reader = _Reader()
        reader.read(node, decorators)
        known = _known[key] = (node, reader.facts())
    return known[1]


def function_facts(code: Any) -> Facts:
    """The same for a function whose source can't be had, from its byte code."""
    parts: List[str] = []
    names: List[str] = []
    _read_code(code, parts, names)
    return Facts(digest_of(parts), frozenset(names), {}, ())


def digest_of(parts: Iterable[str]) -> str:
    """A digest of texts, as the engine writes digests."""
    return "sha256:" + hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class _Reader:
    """Writes a tree down in a fixed form, and notes the names that it uses on the way."""

    def __init__(self) -> None:
        self._parts: List[str] = []
        self._chains: Dict[str, set[Tuple[str, ...]]] = {}
        self._imports: List[Import] = []

    def facts(self) -> Facts:
        chains = {name: frozenset(paths) for name, paths in self._chains.items()}
        return Facts(digest_of(self._parts), frozenset(chains), chains, tuple(self._imports))

    def read(self, node: ast.AST, decorators: bool = True) -> None:
        self._parts.append(type(node).__name__)
        self._note(node)
        for field in node._fields:
            if field in ("ctx", "type_comment", "kind") or (field == "decorator_list" and not decorators):
                continue
            value = getattr(node, field, None)
            # Newer Pythons have more fields: what is empty is left out, so that all of them agree.
            if value is None and not isinstance(node, ast.Constant) or value == []:
                continue
            self._parts.append(field)
            if field == "body" and isinstance(value, list):
                value = _without_docstring(node, value)
            self._read_value(value)

    def _read_value(self, value: Any) -> None:
        if isinstance(value, ast.AST):
            self.read(value)
        elif isinstance(value, list):
            self._parts.append(f"[{len(value)}")
            for item in value:
                self._read_value(item)
        else:
            self._parts.append(f"{type(value).__name__} {value!r}")

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            self._chains.setdefault(node.id, set()).add(())
        elif isinstance(node, ast.Attribute):
            root, path = _chain(node)
            if root is not None:
                self._chains.setdefault(root, set()).add(path)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._note_annotation(node.value)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                self._imports.append(Import(alias.name, 0, None, bound))
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self._imports.append(Import(node.module or "", node.level, alias.name, alias.asname or alias.name))
        elif isinstance(node, ast.Call):
            self._note_dynamic_import(node)

    def _note_annotation(self, text: str) -> None:
        """A string that is just a name may be an annotation: it names what it annotates."""
        if text.isidentifier():
            self._chains.setdefault(text, set()).add(())

    def _note_dynamic_import(self, call: ast.Call) -> None:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in ("import_module", "__import__") and call.args and isinstance(call.args[0], ast.Constant):
            module = call.args[0].value
            if isinstance(module, str) and not module.startswith("."):
                self._imports.append(Import(module, 0, "*", ""))


def _chain(node: ast.Attribute) -> Tuple[Optional[str], Tuple[str, ...]]:
    path: List[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        path.insert(0, inner.attr)
        inner = inner.value
    return (inner.id, tuple(path)) if isinstance(inner, ast.Name) else (None, ())


def _without_docstring(node: ast.AST, body: List[ast.stmt]) -> List[ast.stmt]:
    if body and isinstance(node, (*Definition, ast.Module)):
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            return body[1:]
    return body


def _read_code(code: Any, parts: List[str], names: List[str]) -> None:
    parts.extend((code.co_name, code.co_code.hex(), repr(code.co_varnames)))
    names.extend((*code.co_names, *code.co_freevars))
    parts.append(repr(code.co_names))
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            _read_code(constant, parts, names)
        elif isinstance(constant, frozenset):
            parts.append(repr(sorted(map(repr, constant))))
        else:
            parts.append(repr(constant))
