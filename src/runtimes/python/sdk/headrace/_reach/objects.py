"""Questions about live objects: what they captured, where they are defined, and what they are called."""

from __future__ import annotations

import ast
import os
import sys
import types
from typing import Any, Dict, Optional, Tuple

from headrace import _code, _paths
from headrace._reach.facts import digest_of, facts_of
from headrace._reach.static import ModuleSource

__all__ = [
    "both",
    "cells",
    "class_source",
    "full_name",
    "function_name",
    "is_users_module",
    "loaded_name",
    "shown_module",
    "signature_names",
    "used_names",
]


def cells(func: Any) -> Dict[str, Any]:
    cells: Dict[str, Any] = {}
    code = getattr(func, "__code__", None)
    for name, cell in zip(getattr(code, "co_freevars", ()), getattr(func, "__closure__", None) or ()):
        try:
            cells[name] = cell.cell_contents
        except ValueError:
            continue
    return cells


def used_names(code: types.CodeType) -> "set[str]":
    """Names that the code loads from outside of it, those of functions inside of it included."""
    names = {*code.co_names, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= used_names(constant)
    return names


def signature_names(node: Any) -> "set[str]":
    """Names in decorators, defaults and annotations, which belong to no code object of the function."""
    if node is None:
        return set()
    outside = [node.args, getattr(node, "returns", None), *getattr(node, "decorator_list", [])]
    return {name for part in outside if part is not None for name in facts_of(part).names}


def class_source(cls: type) -> Tuple[Optional[_code.ParsedFile], Optional[ast.ClassDef]]:
    """The file of a class and where it stands in it; None and None where it has no source."""
    path = getattr(sys.modules.get(cls.__module__), "__file__", None)
    parsed = _code.parse_file(path) if isinstance(path, str) else None
    if parsed is None:
        return None, None
    lines = [
        member.__code__.co_firstlineno for member in vars(cls).values() if isinstance(member, types.FunctionType)
    ]
    candidates = [
        node for node in ast.walk(parsed.tree) if isinstance(node, ast.ClassDef) and node.name == cls.__name__
    ]
    for node in candidates:
        if any(node.lineno <= line <= (node.end_lineno or node.lineno) for line in lines):
            return parsed, node
    return parsed, candidates[-1] if candidates else None


def is_users_module(name: Optional[str]) -> bool:
    module = sys.modules.get(name or "")
    path = getattr(module, "__file__", None)
    if isinstance(path, str):
        return _paths.is_users(path)
    # `__main__` of a notebook has no file, and is the user's nevertheless; so is a package without `__init__.py`.
    if name == "__main__":
        return True
    return any(_paths.is_users(os.path.join(str(place), "__init__.py")) for place in getattr(module, "__path__", ()))


def full_name(value: Any) -> str:
    name = str(getattr(value, "__qualname__", type(value).__qualname__)).replace(".<locals>", "")
    return f"{shown_module(str(getattr(value, '__module__', '')))}.{name}"


def function_name(func: Any) -> str:
    """A wrapper goes by its own name, not by that of the function that it took over."""
    if hasattr(func, "__wrapped__"):
        return f"{shown_module(str(func.__globals__.get('__name__', '')))}.{func.__code__.co_name}"
    return full_name(func)


def shown_module(module: str) -> str:
    """The running script under the name that it has when it is imported: both find the same cached results."""
    from headrace._spec import main_module_name

    return main_module_name() if module == "__main__" else module


def loaded_name(source: ModuleSource) -> str:
    """The name under which the module of a source is loaded, which may be `__main__`."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    if isinstance(main, str) and os.path.abspath(main) == os.path.abspath(source.path):
        return "__main__"
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) == source.path:
            return name
    return source.name


def both(one: Optional[str], other: str) -> str:
    """Two things of one name (functions that a factory made) count together."""
    return other if one is None or one == other else digest_of(sorted((one, other)))
