"""Which third-party modules user code has imported: a spare worker imports them ahead of the next run."""

from __future__ import annotations

import ast
import sys
from typing import Iterator, List

from headrace import _code, _paths

__all__ = ["third_party_modules"]


def third_party_modules() -> List[str]:
    """The modules that the user's files name in imports and that are installed packages, each as it is named.

    Only what is named counts: importing it brings its own imports along.
    """
    found = {}
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.endswith(".py") and _paths.is_users(path):
            for name in _imported_names(path):
                if _is_third_party(name):
                    found[name] = True
    return sorted(found)


def _imported_names(path: str) -> Iterator[str]:
    parsed = _code.parse_file(path)
    if parsed is None:
        return
    for node in ast.walk(parsed.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def _is_third_party(name: str) -> bool:
    module = sys.modules.get(name)
    path = getattr(module, "__file__", None)
    return isinstance(path, str) and _paths.is_installed(path)
