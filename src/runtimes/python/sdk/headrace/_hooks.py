"""Hooks: functions that are called when a step succeeds or fails, and around a run (§6)."""

from __future__ import annotations

import importlib
import inspect
import logging
from typing import Any, Callable, Mapping, Optional

__all__ = ["call_failure_hook", "call_hook", "call_success_hook", "resolve_hook"]

logger = logging.getLogger("headrace.hooks")


def resolve_hook(hook: Any) -> Optional[Callable[..., Any]]:
    """The function behind a hook that may be an import path."""
    if hook is None:
        return None
    path = hook if isinstance(hook, str) else getattr(hook, "import_path", None)
    if path is None:
        found: Callable[..., Any] = hook
        return found
    module, _, name = str(path).rpartition(".")
    imported: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return imported


def call_hook(hook: Any, arguments: Mapping[str, Any]) -> Any:
    """Call a pipeline's hook and answer what it returns; what it raises is the run's failure."""
    func = resolve_hook(hook)
    return None if func is None else func(**arguments)


def call_success_hook(hook: Any) -> None:
    """Call a step's success hook; what goes wrong in it is only logged."""
    _guarded(hook, ())


def call_failure_hook(hook: Any, error: BaseException) -> None:
    """Call a step's failure hook, with the exception if it takes one; what goes wrong in it is only logged."""
    _guarded(hook, (error,))


def _guarded(hook: Any, arguments: "tuple[Any, ...]") -> None:
    if hook is None:
        return
    try:
        func = resolve_hook(hook)
        if func is not None:
            takes = len(inspect.signature(func).parameters)
            func(*arguments[:takes])
    except Exception as error:
        logger.error("The hook %s failed: %s: %s", hook, type(error).__name__, error, exc_info=True)
