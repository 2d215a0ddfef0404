"""The pipeline spec (``src/core/spec.ts``): a traced pipeline as the engine reads it."""

from __future__ import annotations

import copy
import platform
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

from headrace import _annotations, _code, _json, _paths
from headrace._trace import StepArtifact, input_kind
from headrace.steps.configuration import merged_mappings

if TYPE_CHECKING:
    from headrace._compile import Binding, Request, Traced
    from headrace.steps.base_step import BaseStep
    from headrace._outputs import Output
    from headrace.config.cache_policy import CachePolicy

__all__ = ["build_spec"]

SPEC_VERSION = 1


def build_spec(found: "Traced", bindings: Mapping[str, "Binding"], request: "Request") -> Dict[str, Any]:
    """The spec of a traced pipeline."""
    from headrace._notices import notices_of

    definitions, externals = _Definitions(found), _Externals(request)
    return {
        "spec": SPEC_VERSION,
        "language": "python",
        "pipeline": _pipeline(found, request),
        "invocations": [_invocation(found, binding, definitions, externals) for binding in bindings.values()],
        "definitions": definitions.listed,
        "sources": definitions.sources.by_digest,
        "outputs": _returned(found.result),
        "environment": environment(),
        "notices": [*found.config.notices, *notices_of(found, bindings)],
    }


def environment() -> Dict[str, Any]:
    """The interpreter that a run had."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "executable": sys.executable,
        "platform": sys.platform,
        "machine": platform.machine(),
    }


def _pipeline(found: "Traced", request: "Request") -> Dict[str, Any]:
    options = found.configuration
    pipeline = found.pipeline
    return {
        "name": pipeline.name,
        "functionName": pipeline.__name__,
        "source": _code.location_of(pipeline.entrypoint),
        "docstring": _docstring(pipeline.entrypoint),
        "sourceCode": _code.text_of(pipeline.entrypoint),
        "parameters": {name: _json_or_text(value) for name, value in found.parameters.items()},
        "enableCache": options.enable_cache,
        "enableArtifactMetadata": options.enable_artifact_metadata,
        "enableArtifactVisualization": options.enable_artifact_visualization,
        "enableStepLogs": options.enable_step_logs,
        "cachePolicy": _cache_policy(options.cache_policy),
        "model": model_config(options.model),
        "tags": [_tag(tag) for tag in options.tags],
        "runName": request.run_name or found.config.run_name or pipeline._run_options.run_name,
        "substitutions": {key: str(value) for key, value in options.substitutions.items()},
        "executionMode": str(getattr(options.execution_mode, "value", options.execution_mode) or "continue_on_failure"),
        "onInit": options.on_init is not None,
        "onCleanup": options.on_cleanup is not None,
        "settings": _plain(options.settings),
        "extra": _plain(options.extra),
        "origins": _origins(found),
    }


def _origins(found: "Traced") -> Dict[str, str]:
    config = found.config
    origins = {key: config.origin for key in config.pipeline}
    origins.update({f"parameters.{name}": config.origin for name in config.parameters})
    for step, options in config.steps.items():
        origins.update({f"steps.{step}.{key}": config.origin for key in options})
    for step, parameters in config.step_parameters.items():
        origins.update({f"steps.{step}.parameters.{name}": config.origin for name in parameters})
    return origins


class _Definitions:
    """What invocations of one step share, each sent once."""

    def __init__(self, found: "Traced") -> None:
        from headrace._reach.sources import Sources

        self.listed: List[Dict[str, Any]] = []
        self.sources = Sources()
        self._found = found
        self._known: Dict[Any, int] = {}

    def index_of(self, binding: "Binding") -> int:
        from headrace._reach import reach

        step = binding.step
        policy = binding.configuration.cache_policy or self._found.configuration.cache_policy
        materializers = binding.configuration.output_materializers
        environment = {**self._found.configuration.environment, **binding.configuration.environment}
        key = (_identity(step), step.name, repr(policy), repr(materializers), repr(environment))
        index = self._known.get(key)
        if index is None and step.foreign is not None:
            self._known[key] = index = len(self.listed)
            self.listed.append(_foreign_definition(step))
        elif index is None:
            func = step.entrypoint
            self._known[key] = index = len(self.listed)
            self.listed.append(
                {
                    "step": step.name,
                    "sourcePath": source_path(step.source_object),
                    "source": _code.location_of(func),
                    "docstring": step.docstring,
                    "sourceCode": _code.text_of(func),
                    "inputOrder": step.entrypoint_definition.inputs,
                    "code": reach(step, policy, materializers, environment, self.sources),
                }
            )
        return index


def _identity(step: "BaseStep") -> Any:
    return id(step.source_object) if step.foreign is None else repr(step.foreign)


def _foreign_definition(step: "BaseStep") -> Dict[str, Any]:
    """What is known here of a step that another language holds: where it is referred to."""
    foreign = step.foreign or {}
    return {
        "step": step.name,
        "sourcePath": f"{foreign['file']}:{foreign['name']}",
        "source": getattr(step, "made", None),
        "docstring": None,
        "sourceCode": None,
        "inputOrder": [],
        "code": [],
    }


def source_path(source: Any) -> str:
    """The import path of a function or class; that of the file's module where it is run as a script (§3.1)."""
    source = _code.unwrap(source)
    module = getattr(source, "__module__", None) or "__main__"
    if module == "__main__":
        module = main_module_name()
    return f"{module}.{getattr(source, '__qualname__', type(source).__qualname__)}".replace(".<locals>", "")


def main_module_name() -> str:
    """What the module of the running script would be called if it were imported."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None and spec.name != "__main__":
        return str(spec.name)
    path = getattr(main, "__file__", None)
    return _paths.dotted_name(path)[0] if path else "__main__"


class _Externals:
    """Values from outside: each is saved once for a run, however many steps take it."""

    def __init__(self, request: "Request") -> None:
        self._replica = request.replica
        self._saved: Dict[int, str] = {}

    def id_of(self, artifact: Any) -> str:
        """The id of the artifact version that an ``ExternalArtifact`` stands for; its value is saved now."""
        if not artifact.by_value:
            return str(artifact.get_artifact_version_id())
        if self._replica:
            return ""
        if id(artifact) not in self._saved:
            # A copy: the object itself goes on meaning its value, of which the next run gets a version of its own.
            self._saved[id(artifact)] = str(copy.copy(artifact).upload_by_value())
        return self._saved[id(artifact)]


def _invocation(
    found: "Traced", binding: "Binding", definitions: _Definitions, externals: _Externals
) -> Dict[str, Any]:
    options = binding.configuration
    pipeline = found.configuration
    retry = options.retry or pipeline.retry
    outputs = binding.step.entrypoint_definition.outputs
    assigned = [*binding.invocation.assigned, *([None] * len(outputs))]
    return {
        "id": binding.invocation.id,
        "definition": definitions.index_of(binding),
        "call": binding.invocation.call,
        "inputs": _inputs(binding, externals),
        "outputs": [_output(output, binding, assigned[index]) for index, output in enumerate(outputs)],
        "after": binding.invocation.after,
        "enableCache": options.enable_cache,
        "cachePolicy": _cache_policy(options.cache_policy),
        "model": model_config(options.model),
        "retry": retry and {"maxRetries": retry.max_retries, "delay": retry.delay, "backoff": retry.backoff},
        "onFailure": (options.on_failure or pipeline.on_failure) is not None,
        "onSuccess": (options.on_success or pipeline.on_success) is not None,
        "enableArtifactMetadata": options.enable_artifact_metadata,
        "enableArtifactVisualization": options.enable_artifact_visualization,
        "enableStepLogs": options.enable_step_logs,
        "substitutions": {key: str(value) for key, value in options.substitutions.items()},
        "settings": _plain(merged_mappings(pipeline.settings, options.settings)),
        "extra": _plain(merged_mappings(pipeline.extra, options.extra)),
        "foreign": binding.step.foreign,
    }


def _inputs(binding: "Binding", externals: _Externals) -> Dict[str, Any]:
    inputs: Dict[str, Any] = {}
    for name in binding.step.entrypoint_definition.inputs:
        if name in binding.artifacts:
            inputs[name] = _artifact_input(binding.artifacts[name], externals)
        elif name in binding.parameters:
            inputs[name] = {"kind": "value", "value": _json.to_json(binding.parameters[name])}
    return inputs


def _artifact_input(value: Any, externals: _Externals) -> Dict[str, Any]:
    if isinstance(value, list):
        return {"kind": "list", "items": [_artifact_input(item, externals) for item in value]}
    if isinstance(value, StepArtifact):
        return {"kind": "output", "invocation": value.invocation_id, "output": value.output_name}
    kind = input_kind(value)
    if kind == "lazy":
        return {"kind": "lazy", "lazy": value.lazy_spec()}
    if kind == "response":
        return {"kind": "artifact", "artifactVersionId": str(value.id), "how": "external"}
    return {"kind": "artifact", "artifactVersionId": externals.id_of(value), "how": "external"}


def _output(output: "Output", binding: "Binding", assigned: Optional[str]) -> Dict[str, Any]:
    config = output.config
    materializers = binding.configuration.output_materializers
    chosen = materializers.get(output.name, materializers.get(None))
    return {
        "output": output.name,
        "artifact": output.custom_name,
        "version": config.version if config is not None else None,
        "type": str(config.artifact_type.value) if config is not None and config.artifact_type is not None else None,
        "assigned": assigned,
        "annotation": _annotations.show(output.annotation),
        "tags": list(config.tags or ()) if config is not None else [],
        "metadata": _plain(config.run_metadata or {}) if config is not None else {},
        "materializer": _materializer(chosen),
    }


def _materializer(chosen: Any) -> Optional[str]:
    if chosen is None:
        return None
    if isinstance(chosen, (list, tuple)):
        # Which of several is taken depends on the value: execution asks the step's own options again.
        return None if len(chosen) != 1 else _materializer(chosen[0])
    if isinstance(chosen, type):
        return f"{chosen.__module__}.{chosen.__qualname__}"
    return str(getattr(chosen, "import_path", chosen))


def model_config(model: Any) -> Optional[Dict[str, Any]]:
    """A ``Model`` as the spec has it."""
    if model is None:
        return None
    version = getattr(model, "version", None)
    config = {
        "name": model.name,
        "version": getattr(version, "value", version),
        "license": getattr(model, "license", None),
        "description": getattr(model, "description", None),
        "audience": getattr(model, "audience", None),
        "useCases": getattr(model, "use_cases", None),
        "limitations": getattr(model, "limitations", None),
        "tradeOffs": getattr(model, "trade_offs", None),
        "ethics": getattr(model, "ethics", None),
        "tags": [str(tag) for tag in getattr(model, "tags", None) or ()],
        "saveModelsToRegistry": bool(getattr(model, "save_models_to_registry", True)),
    }
    return config


def _tag(tag: Any) -> Dict[str, Any]:
    if isinstance(tag, str):
        return {"name": tag, "cascade": False, "exclusive": False}
    return {
        "name": str(tag.name),
        "cascade": bool(getattr(tag, "cascade", False)),
        "exclusive": bool(getattr(tag, "exclusive", False)),
    }


def _cache_policy(policy: Optional["CachePolicy"]) -> Optional[Dict[str, Any]]:
    if policy is None:
        return None
    return {
        "includeStepCode": policy.include_step_code,
        "includeStepParameters": policy.include_step_parameters,
        "includeArtifactValues": policy.include_artifact_values,
        "includeArtifactIds": policy.include_artifact_ids,
        "ignoredInputs": list(policy.ignored_inputs or ()),
        "expiresAfter": policy.expires_after,
    }


def _returned(result: Any) -> List[Dict[str, str]]:
    """Outputs of the pipeline: what its function returned, if it is an artifact or a tuple of them (§2.4)."""
    several = result if isinstance(result, tuple) else (result,)
    if not all(isinstance(item, StepArtifact) for item in several):
        return []
    return [{"invocation": item.invocation_id, "output": item.output_name} for item in several]


def _docstring(func: Any) -> Optional[str]:
    import inspect

    return inspect.getdoc(_code.unwrap(func))


def _plain(values: Mapping[str, Any]) -> Dict[str, Any]:
    return {str(key): _json_or_text(value) for key, value in values.items()}


def _json_or_text(value: Any) -> Any:
    """Configuration is kept for showing: what has no JSON form is kept as its description."""
    try:
        return _json.to_json(value)
    except _json.NotJson:
        return repr(value)
