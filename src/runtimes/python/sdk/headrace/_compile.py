"""From a pipeline object and its arguments to a plan: the spec for the engine, and what is needed to execute it here."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

from headrace import _annotations, _json, _validate
from headrace._config import RunConfig, read_config
from headrace._trace import Invocation, Trace
from headrace.exceptions import StepInterfaceError

if TYPE_CHECKING:
    from headrace.pipelines.configuration import PipelineConfiguration
    from headrace.pipelines.pipeline_definition import Pipeline
    from headrace.steps.base_step import BaseStep
    from headrace.steps.configuration import StepConfiguration

__all__ = ["Binding", "Plan", "Request", "Traced", "compile_pipeline", "traced"]


@dataclass(frozen=True)
class Request:
    """How a pipeline is to be run, besides its arguments."""

    config_path: Optional[str] = None
    run_name: Optional[str] = None
    #: Another worker has compiled the same for this run: values of external artifacts aren't saved again.
    replica: bool = False


@dataclass
class Traced:
    """A pipeline whose function was called once."""

    pipeline: "Pipeline"
    configuration: "PipelineConfiguration"
    config: RunConfig
    trace: Trace
    parameters: Dict[str, Any]
    result: Any


@dataclass
class Binding:
    """An invocation, ready to be executed: the step, its effective options, and parameters as Python values."""

    invocation: Invocation
    step: "BaseStep"
    configuration: "StepConfiguration"
    #: Inputs that are parameters, as Python values. Inputs that stand for artifacts are in `artifacts`.
    parameters: Dict[str, Any] = field(default_factory=dict)
    artifacts: Dict[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    """A compiled pipeline."""

    pipeline: "Pipeline"
    configuration: "PipelineConfiguration"
    bindings: Dict[str, Binding]
    spec: Dict[str, Any]


def compile_pipeline(
    pipeline: "Pipeline", args: "tuple[Any, ...]", kwargs: Mapping[str, Any], request: Request = Request()
) -> Plan:
    """Call a pipeline's function with tracing steps, and write down what came of it.

    Raises:
        ValueError: The arguments don't fit, or there are no steps.
        RuntimeError: Ids, artifacts or configuration contradict each other.
        StepInterfaceError: A step is called in a way that it can't be.
        Exception: What the pipeline's function raises.
    """
    from headrace._spec import build_spec

    found = traced(pipeline, args, kwargs, request)
    if not found.trace.invocations:
        raise located(
            ValueError(
                f"Pipeline '{pipeline.name}' cannot be compiled because it has no steps. Call at least one step in the "
                f"function `{pipeline.__name__}`."
            ),
            pipeline.entrypoint,
        )
    bindings = {name: _bind(found, invocation) for name, invocation in found.trace.invocations.items()}
    _check_after(found.trace)
    found.config.notices.extend(found.config.unknown_invocations(bindings))
    spec = build_spec(found, bindings, request)
    pipeline._traced = found
    return Plan(pipeline, found.configuration, bindings, spec)


def traced(
    pipeline: "Pipeline", args: "tuple[Any, ...]", kwargs: Mapping[str, Any], request: Request = Request()
) -> Traced:
    """Call a pipeline's function once, with its configuration and parameters settled."""
    config = read_config(pipeline, request.config_path)
    configuration = config.over_pipeline(pipeline.configuration)
    parameters = _pipeline_parameters(pipeline, configuration, config, args, kwargs)
    trace = Trace(pipeline, configuration)
    with trace:
        result = _annotations.call_with(pipeline.entrypoint, parameters)
    return Traced(pipeline, configuration, config, trace, parameters, result)


def _pipeline_parameters(
    pipeline: "Pipeline",
    configuration: "PipelineConfiguration",
    config: RunConfig,
    args: "tuple[Any, ...]",
    kwargs: Mapping[str, Any],
) -> Dict[str, Any]:
    signature = _annotations.signature_of(pipeline.entrypoint)
    try:
        given = dict(signature.bind_partial(*args, **kwargs).arguments)
    except TypeError as error:
        raise _bad_arguments(pipeline, f"{error}.") from None
    config.check_parameters("pipeline", given, config.parameters)
    unknown = [name for name in config.parameters if name not in signature.parameters]
    if unknown:
        raise _bad_arguments(pipeline, f"The configuration has parameters that it doesn't take: {', '.join(unknown)}.")
    values = {**configuration.parameters, **config.parameters, **given}
    missing: List[str] = []
    parameters: Dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if name in values:
            parameters[name] = _pipeline_parameter(pipeline, name, parameter, values[name])
        elif parameter.default is not inspect.Parameter.empty:
            parameters[name] = parameter.default
        elif parameter.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            missing.append(name)
    if missing:
        raise _bad_arguments(pipeline, f"Missing: {', '.join(missing)}.")
    return parameters


def _pipeline_parameter(pipeline: "Pipeline", name: str, parameter: inspect.Parameter, value: Any) -> Any:
    if not _json.is_json(value):
        raise _bad_arguments(pipeline, f"`{name}` is a value of type `{type(value).__name__}`.")
    if value is None and parameter.default is None or parameter.annotation is inspect.Parameter.empty:
        return value
    try:
        return _validate.coerce(value, _annotations.resolve(parameter.annotation, pipeline.entrypoint))
    except _validate.Mismatch as error:
        raise _bad_arguments(pipeline, f"`{name}`: {error}") from None


def _bad_arguments(pipeline: "Pipeline", detail: str) -> Exception:
    return located(
        ValueError(
            "Invalid or missing pipeline function entrypoint arguments. Only JSON serializable inputs are allowed as "
            f"pipeline inputs. Pipeline `{pipeline.name}`: {detail}"
        ),
        pipeline.entrypoint,
    )


def _bind(found: Traced, invocation: Invocation) -> Binding:
    """Settle the inputs of an invocation: the call, then YAML and ``parameters=``, then the function's defaults (§1.8)."""
    from headrace._trace import checked_parameter, is_artifact

    step = invocation.step
    configuration = found.config.over_step(invocation.id, invocation.configuration)
    configured = found.config.step_parameters.get(invocation.id, {})
    definition = step.entrypoint_definition
    binding = Binding(invocation, step, configuration)
    plain = {name: value for name, value in invocation.given.items() if not is_artifact(value)}
    found.config.check_parameters(f"step `{invocation.id}`", plain, configured)
    for name in definition.inputs:
        if name in invocation.given:
            target = binding.artifacts if is_artifact(invocation.given[name]) else binding.parameters
            target[name] = invocation.given[name]
        elif name in configured or name in configuration.parameters:
            value = configured.get(name, configuration.parameters.get(name))
            if is_artifact(value):
                binding.artifacts[name] = value
            else:
                binding.parameters[name] = checked_parameter(step, name, value)
        elif definition.default_of(name) is inspect.Parameter.empty:
            raise located(
                StepInterfaceError(f"Missing entrypoint input '{name}' in step '{invocation.id}'."), invocation.call
            )
        elif _json.is_json(definition.default_of(name)):
            binding.parameters[name] = definition.default_of(name)
    return binding


def _check_after(trace: Trace) -> None:
    for invocation in trace.invocations.values():
        for name in invocation.after:
            if name not in trace.invocations:
                known = ", ".join(f"`{other}`" for other in trace.invocations if other != invocation.id)
                raise located(
                    RuntimeError(
                        f"Step `{invocation.id}` is to run after `{name}`, but the pipeline has no such step. "
                        f"It has {known or 'no other'}."
                    ),
                    invocation.call,
                )


def located(error: Exception, where: Any) -> Exception:
    """An error that knows the place in user code that it speaks of, where the stack doesn't show it."""
    from headrace import _code

    place = where if isinstance(where, dict) else _code.location_of(where)
    error.__headrace_location__ = place  # type: ignore[attr-defined]
    return error
