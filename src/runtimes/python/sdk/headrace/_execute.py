"""Executing an invocation: load its inputs, call the function, check and write its outputs (§1.2, §1.8)."""

from __future__ import annotations

import copy
import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional

from headrace import _active, _annotations, _code, _json
from headrace._advice import disk_is_full
from headrace._failure import failure_of
from headrace._hooks import call_failure_hook, call_hook, call_success_hook
from headrace.exceptions import StepInterfaceError
from headrace.steps.step_context import StepContext, StepOutput

if TYPE_CHECKING:
    from headrace._compile import Binding, Plan
    from headrace._outputs import Output

__all__ = ["Executor"]

logger = logging.getLogger("headrace.steps")


class Executor:
    """Executes the invocations of one plan, one at a time."""

    def __init__(self, plan: "Plan") -> None:
        self._plan = plan
        #: What the `on_init` hook returned.
        self._state: Any = None
        #: What the invocation that was executed last raised.
        self.last_error: Optional[BaseException] = None

    def execute(self, params: Mapping[str, Any]) -> Dict[str, Any]:
        """Execute an invocation; answers an ``ExecuteResult``. What user code raises is in it, never raised."""
        self.last_error = None
        binding = self._plan.bindings.get(params["invocation"])
        if binding is None:
            missing = RuntimeError(f"The pipeline has no step `{params['invocation']}` any more. Run it again.")
            return _failed(failure_of(missing))
        outputs = _context_outputs(binding, params)
        model = binding.configuration.model or self._plan.configuration.model
        context = StepContext(params, outputs, model, self._state)
        try:
            with _environment({**self._plan.configuration.environment, **binding.configuration.environment}):
                saved = self._run(binding, params, context, outputs)
            return {"failure": None, "outputs": saved, "stepMetadata": _metadata(context.step_metadata)}
        except BaseException as error:
            self.last_error = error
            fallback = _code.location_of(binding.step.entrypoint)
            return {**_failed(failure_of(error, fallback)), "stepMetadata": _metadata(context.step_metadata)}

    def hook(self, name: str) -> Dict[str, Any]:
        """Call the pipeline's ``init`` or ``cleanup`` hook."""
        options = self._plan.configuration
        try:
            if name == "init":
                self._state = call_hook(options.on_init, options.on_init_kwargs)
            else:
                call_hook(options.on_cleanup, {})
        except BaseException as error:
            return {"failure": failure_of(error)}
        return {"failure": None}

    def _run(
        self, binding: "Binding", params: Mapping[str, Any], context: StepContext, outputs: List[StepOutput]
    ) -> List[Dict[str, Any]]:
        _active.set_step(context)
        try:
            values = _inputs(binding, params["inputs"])
            result = binding.step.entrypoint_definition.call(values)
            call_success_hook(binding.configuration.on_success or self._plan.configuration.on_success)
            # From here on the inputs may be freed: outputs can be as large again.
            del values
            checked = _checked_outputs(binding, result)
            return [_save(output, value, params) for output, value in zip(outputs, checked)]
        except BaseException as error:
            if params["lastAttempt"] and not isinstance(error, KeyboardInterrupt):
                call_failure_hook(binding.configuration.on_failure or self._plan.configuration.on_failure, error)
            raise
        finally:
            _active.set_step(None)


def _failed(failure: Dict[str, Any]) -> Dict[str, Any]:
    return {"failure": failure, "outputs": [], "stepMetadata": {}}


def _context_outputs(binding: "Binding", params: Mapping[str, Any]) -> List[StepOutput]:
    """The declared outputs with the names that the engine has filled in; both are in the function's order."""
    materializers = binding.configuration.output_materializers
    outputs = []
    for declared, resolved in zip(binding.step.entrypoint_definition.outputs, params["outputs"]):
        chosen = materializers.get(declared.name, materializers.get(None)) or resolved["materializer"]
        outputs.append(
            StepOutput(resolved["output"], resolved["artifact"], resolved["folder"], chosen, declared.annotation)
        )
    return outputs


def _inputs(binding: "Binding", given: Mapping[str, Any]) -> Dict[str, Any]:
    definition = binding.step.entrypoint_definition
    values: Dict[str, Any] = {}
    for name in definition.inputs:
        if name in given:
            values[name] = definition.coerced(name, _input(binding, name, given[name]))
    return values


def _input(binding: "Binding", name: str, given: Mapping[str, Any]) -> Any:
    if given["kind"] == "value" and name in binding.parameters:
        return _own_value(binding.parameters[name], given["value"])
    return _load(given, binding.step.entrypoint_definition.type_of(name), name)


def _own_value(traced: Any, received: Any) -> Any:
    """A parameter as it was given in the pipeline's function (tuples stay tuples), unless the engine sends another."""
    if _json.to_json(traced) != received:
        return received
    return copy.deepcopy(traced)


def _load(given: Mapping[str, Any], annotation: Any, name: str) -> Any:
    kind = given["kind"]
    if kind == "list":
        arguments = getattr(annotation, "__args__", None) or (Any,)
        return [_load(item, arguments[0], name) for item in given["items"]]
    if kind == "payload":
        return _load_payload(given["payload"], annotation)
    if kind == "chain":
        from headrace.lazy import replay

        return _loaded(replay(given["chain"]), annotation, name)
    return given["value"]


def _load_payload(reference: Mapping[str, Any], annotation: Any) -> Any:
    from headrace.materializers import payload

    if getattr(annotation, "__name__", "") == "UnmaterializedArtifact":
        return _unmaterialized(annotation, reference)
    kinds = _annotations.checkable(annotation)
    return payload.load(reference, kinds[0] if len(kinds) == 1 else None)


def _unmaterialized(annotation: Any, reference: Mapping[str, Any]) -> Any:
    from headrace.responses.base import fetch

    return annotation({**fetch("artifact_version", reference["artifactVersionId"]), "uri": reference["folder"]})


def _loaded(value: Any, annotation: Any, name: str) -> Any:
    """What a look-up found: an artifact version stands for its content, and is the step's input from now on."""
    from headrace.responses.artifacts import ArtifactVersionResponse

    if not isinstance(value, ArtifactVersionResponse):
        return value
    from headrace.artifacts.payload import load_value

    kinds = _annotations.checkable(annotation)
    return load_value(str(value.id), kinds[0] if len(kinds) == 1 else None, input=name)


def _checked_outputs(binding: "Binding", result: Any) -> List[Any]:
    """What the function returned, one value per declared output.

    Raises:
        StepInterfaceError: It isn't what the step declares.
    """
    name, declared = binding.step.name, binding.step.entrypoint_definition.outputs
    if not declared:
        if result is not None:
            raise StepInterfaceError(
                f"Wrong step function output for step '{name}': it declares no output (`-> None`), but returned a value "
                f"of type `{type(result).__name__}`. Annotate what it returns."
            )
        return []
    if len(declared) == 1:
        values = [result]
    else:
        if not isinstance(result, (list, tuple)):
            raise StepInterfaceError(
                f"Wrong step function output type for step '{name}': expected {len(declared)} values, but a value of "
                f"type `{type(result).__name__}` was returned."
            )
        if len(result) != len(declared):
            raise StepInterfaceError(
                f"Wrong amount of step function outputs for step '{name}': expected {len(declared)}, got {len(result)}."
            )
        values = list(result)
    for output, value in zip(declared, values):
        _check_output(name, output, value)
    return values


def _check_output(step: str, output: "Output", value: Any) -> None:
    kinds = _annotations.checkable(output.annotation)
    if kinds and not isinstance(value, kinds):
        raise StepInterfaceError(
            f"Wrong type for output '{output.name}' of step '{step}': expected type "
            f"`{_annotations.show(output.annotation)}`, got type `{type(value).__name__}`."
        )


def _save(output: StepOutput, value: Any, params: Mapping[str, Any]) -> Dict[str, Any]:
    from headrace.materializers import payload
    from headrace.responses.metadata import plain

    try:
        written = payload.save(
            plain(value),
            output.folder,
            materializer=output.materializer,
            metadata=params["metadata"],
            visualization=params["visualization"],
        )
    except OSError as error:
        if disk_is_full(error):
            raise OSError(f"Output `{output.name}` could not be stored: the disk is full.") from error
        raise
    return {"output": output.name, "payload": written, "tags": output.tags, "metadata": _metadata(output.metadata)}


def _metadata(values: Mapping[str, Any]) -> Dict[str, Any]:
    """Metadata as JSON; a value that has no such form is left out with a warning (§4.7)."""
    found: Dict[str, Any] = {}
    for key, value in values.items():
        try:
            found[str(key)] = _json.to_json(value)
        except _json.NotJson as problem:
            logger.warning("Metadata `%s` is left out: it holds %s.", key, problem)
    return found


@contextmanager
def _environment(values: Mapping[str, Any]) -> Iterator[None]:
    """Environment variables while a step runs."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: str(value) for name, value in values.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
