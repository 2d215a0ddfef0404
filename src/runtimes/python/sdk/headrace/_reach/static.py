"""Modules read without running them: which statements give a name its meaning."""

from __future__ import annotations

import ast
import os
import sys
from typing import Dict, Iterator, List, Optional, Tuple

from headrace import _code, _paths
from headrace._reach.facts import Facts, Import, digest_of, facts_of

__all__ = ["ModuleSource", "find_source", "module_source", "resolve_import"]

EVERYTHING = "*"


class ModuleSource:
    """The top-level statements of a module by the names that they give meaning to."""

    def __init__(self, path: str, parsed: _code.ParsedFile) -> None:
        self.path = path
        self.parsed = parsed
        self.name = _paths.dotted_name(path)[0]
        if os.path.basename(path) == "__init__.py":
            self.name = self.name.rpartition(".")[0]
        self.package = self.name if os.path.basename(path) == "__init__.py" else self.name.rpartition(".")[0]
        self.statements: Dict[str, List[ast.stmt]] = {}
        self._body = [statement for statement in parsed.tree.body if not _is_main_block(statement)]
        for statement in self._body:
            for name in set(_meanings(statement)):
                self.statements.setdefault(name, []).append(statement)

    def of(self, name: str) -> List[ast.stmt]:
        """The statements that give a name its meaning; all of them for ``*``."""
        return self._body if name == EVERYTHING else self.statements.get(name, [])

    def kind_of(self, name: str) -> str:
        """What sort of code component the name is."""
        if name == EVERYTHING:
            return "module"
        statements = self.of(name)
        if any(isinstance(statement, ast.ClassDef) for statement in statements):
            return "class"
        if any(isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) for statement in statements):
            return "function"
        return "constant"

    def digest_of(self, name: str) -> Optional[str]:
        """A digest of these statements; None where the name is only imported: then what is imported counts."""
        digests = [
            facts_of(statement).digest
            for statement in self.of(name)
            if name == EVERYTHING or not isinstance(statement, (ast.Import, ast.ImportFrom))
        ]
        if not digests:
            return None
        return digests[0] if len(digests) == 1 else digest_of(digests)

    def facts(self, name: str) -> List[Facts]:
        """The facts of these statements; of an import of several names only what is asked for."""
        found = []
        for statement in self.of(name):
            facts = facts_of(statement)
            if name != EVERYTHING and isinstance(statement, (ast.Import, ast.ImportFrom)):
                facts = facts._replace(imports=tuple(item for item in facts.imports if item.alias == name))
            found.append(facts)
        return found


_sources: Dict[str, ModuleSource] = {}


def module_source(path: str) -> Optional[ModuleSource]:
    """The module of a file; None when it can't be read or parsed."""
    parsed = _code.parse_file(path)
    if parsed is None:
        return None
    known = _sources.get(path)
    if known is None or known.parsed is not parsed:
        known = _sources[path] = ModuleSource(path, parsed)
    return known


def resolve_import(found: Import, package: str) -> str:
    """The absolute name of an import's module."""
    if not found.level:
        return found.module
    base = package
    for _ in range(found.level - 1):
        base = base.rpartition(".")[0]
    return f"{base}.{found.module}".strip(".") if found.module else base


def find_source(module: str) -> Optional[str]:
    """The file of a user's module, found on ``sys.path`` without importing anything; None for all other modules."""
    loaded = getattr(sys.modules.get(module), "__file__", None)
    if isinstance(loaded, str):
        return loaded if loaded.endswith(".py") and _paths.is_users(loaded) else None
    parts = module.split(".")
    for entry in sys.path:
        base = os.path.join(entry or os.getcwd(), *parts)
        for candidate in (os.path.join(base, "__init__.py"), base + ".py"):
            if os.path.isfile(candidate):
                return candidate if _paths.is_users(candidate) else None
    return None


def _meanings(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement defines, or changes: ``X = 1``, ``X["a"] = 1``, ``X.update(…)``."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
        return
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        root = _root(statement.value.func)
        if root is not None:
            yield root
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            root = _root(node)
            if root is not None:
                yield root


def _root(node: ast.expr) -> Optional[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_main_block(statement: ast.stmt) -> bool:
    """``if __name__ == "__main__":`` never runs in a step."""
    return (
        isinstance(statement, ast.If)
        and isinstance(statement.test, ast.Compare)
        and any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test))
    )
