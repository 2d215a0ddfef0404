"""Checks on the options of steps and pipelines, and their one form."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional

from headrace.exceptions import HookValidationException, StepInterfaceError

if TYPE_CHECKING:
    from headrace.steps.base_step import BaseStep

__all__ = ["checked_options", "common_options"]


def checked_options(step: "BaseStep", **options: Any) -> Dict[str, Any]:
    """The options of a step, checked against its function.

    Raises:
        StepInterfaceError: A parameter or output is named that the step doesn't have.
        HookValidationException: A hook can't be called as hooks are.
    """
    checked = common_options(options)
    if checked.get("output_materializers") is not None:
        checked["output_materializers"] = _materializers(step, checked["output_materializers"])
    for name in checked.get("parameters") or ():
        if name not in step.entrypoint_definition.inputs:
            raise StepInterfaceError(
                f"Unable to set parameter '{name}' of step '{step.name}': its function has no such input "
                f"(it has {_listed(step.entrypoint_definition.inputs)})."
            )
    return checked


def common_options(options: Mapping[str, Any]) -> Dict[str, Any]:
    """Options that steps and pipelines share, in their one form: retry, cache policy, model, hooks."""
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig

    checked = dict(options)
    if isinstance(checked.get("retry"), dict):
        checked["retry"] = StepRetryConfig(**checked["retry"])
    policy = checked.get("cache_policy")
    if isinstance(policy, str):
        checked["cache_policy"] = CachePolicy.from_string(policy)
    elif isinstance(policy, dict):
        checked["cache_policy"] = CachePolicy(**policy)
    if isinstance(checked.get("model"), dict):
        from headrace.model import Model

        checked["model"] = Model(**checked["model"])
    for hook in ("on_failure", "on_success"):
        _check_hook(checked.get(hook), hook)
    return checked


def _check_hook(hook: Any, option: str) -> None:
    if hook is None or isinstance(hook, str) or hasattr(hook, "import_path"):
        return
    if not callable(hook):
        raise HookValidationException(f"`{option}` must be a function or its import path, not {hook!r}.")
    allowed = 1 if option == "on_failure" else 0
    try:
        parameters = inspect.signature(hook).parameters.values()
    except ValueError:
        return
    needed = [
        parameter
        for parameter in parameters
        if parameter.default is inspect.Parameter.empty
        and parameter.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    ]
    if len(needed) > allowed:
        takes = "at most the exception" if allowed else "no arguments"
        raise HookValidationException(
            f"The hook `{getattr(hook, '__name__', hook)}` can't be used as `{option}`: it is called with {takes}, "
            f"but needs {_listed([parameter.name for parameter in needed])}."
        )


def _materializers(step: "BaseStep", given: Any) -> Dict[Optional[str], Any]:
    """By output; None stands for every output that isn't named."""
    if not isinstance(given, Mapping):
        return {None: given}
    names = [output.name for output in step.entrypoint_definition.outputs]
    for name in given:
        if name is not None and name not in names:
            raise StepInterfaceError(
                f"Got materializers for the output '{name}' of step '{step.name}', which it doesn't have "
                f"(it has {_listed(names)})."
            )
    return dict(given)


def _listed(names: Any) -> str:
    return ", ".join(f"'{name}'" for name in names) or "none"
