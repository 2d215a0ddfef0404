"""A step that is called by itself runs as a pipeline of one step (§1.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from headrace import _json
from headrace._trace import is_artifact

if TYPE_CHECKING:
    from headrace.steps.base_step import BaseStep

__all__ = ["run_alone"]


def run_alone(step: "BaseStep", args: "tuple[Any, ...]", kwargs: Mapping[str, Any]) -> Any:
    """Run a step as a pipeline of its own, without the cache.

    Values that can't be parameters become artifacts.

    Returns:
        What the step returned, loaded: one value, a tuple of several, or None.

    Raises:
        RuntimeError: The step failed; its exception is the cause.
        StepInterfaceError: The arguments don't fit.
    """
    from headrace._run import ignore_at_import
    from headrace.pipelines.pipeline_definition import Pipeline

    if ignore_at_import(f"`{step.name}()`"):
        return None
    inputs = {name: _input(value) for name, value in step.entrypoint_definition.bind(args, kwargs).items()}
    alone = step.copy()

    def call_step() -> None:
        alone(**inputs)

    call_step.__name__ = call_step.__qualname__ = step.name
    run = Pipeline(step.name, call_step, enable_cache=False)()
    outputs = run.steps[step.name].outputs
    values = tuple(outputs[output.name][0].load() for output in step.entrypoint_definition.outputs)
    if not values:
        return None
    return values[0] if len(values) == 1 else values


def _input(value: Any) -> Any:
    if is_artifact(value) or _json.is_json(value):
        return value
    from headrace.artifacts.external_artifact import ExternalArtifact

    return ExternalArtifact(value=value)
