"""Stands in for ``typing_extensions`` in interpreters that don't have it, as code for ZenML imports it everywhere.

Where the real one is installed, this module becomes it. What ``typing`` of the running Python has is given from there.
"""

from __future__ import annotations

import os as _os
import sys as _sys
import typing as _typing
from typing import *  # noqa: F403
from typing import Any, Callable, Generic, List, TypeVar

_FOLDER = _os.path.dirname(_os.path.abspath(__file__))


def _become_installed() -> bool:
    _sys.path.insert(0, _os.path.dirname(_FOLDER))
    try:
        from headrace._face import turn_into_installed
    finally:
        _sys.path.pop(0)
    return turn_into_installed("typing_extensions", _FOLDER)


class _Form:
    """A special form that Python's own ``typing`` doesn't have yet; at run time only its argument counts."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getitem__(self, parameters: Any) -> Any:
        return parameters[0] if isinstance(parameters, tuple) else parameters

    def __call__(self, *_arguments: Any, **_options: Any) -> Any:
        return Any

    def __repr__(self) -> str:
        return f"typing_extensions.{self._name}"


class _ParamSpec:
    """A parameter specification before Python 3.10."""

    def __init__(self, name: str, **_options: Any) -> None:
        self.__name__ = name
        self.args = Any
        self.kwargs = Any

    def __call__(self, *_arguments: Any) -> Any:
        return Any


def _same(value: Any = None, *_arguments: Any, **_options: Any) -> Any:
    """A decorator that says something to type checkers only."""
    return value


def _decorator(*_arguments: Any, **_options: Any) -> Callable[[Any], Any]:
    """A decorator with arguments that says something to type checkers only."""
    return _same


_FORMS = (
    "Concatenate", "LiteralString", "Never", "NotRequired", "ReadOnly", "Required", "Self", "TypeAlias", "TypeGuard",
    "TypeIs", "Unpack",
)  # fmt: skip
_SAME = ("assert_type", "final", "override", "reveal_type", "runtime_checkable")
_DECORATORS = ("dataclass_transform", "deprecated")


def _fill(names: "dict[str, Any]") -> None:
    for name in dir(_typing):
        if not name.startswith("_"):
            names.setdefault(name, getattr(_typing, name))
    for name in _FORMS:
        names.setdefault(name, Any if name in ("LiteralString", "Never", "Self") else _Form(name))
    for name in _SAME:
        names.setdefault(name, _same)
    for name in _DECORATORS:
        names.setdefault(name, _decorator)
    names.setdefault("ParamSpec", _ParamSpec)
    names.setdefault("runtime", names["runtime_checkable"])


if not _become_installed():
    _fill(globals())
