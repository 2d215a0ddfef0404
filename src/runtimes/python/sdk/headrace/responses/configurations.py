"""What was configured for a run and its steps, as the engine remembers it."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from headrace.config.cache_policy import CachePolicy
from headrace.config.retry_config import StepRetryConfig
from headrace.enums import ExecutionMode
from headrace.model import Model
from headrace.pipelines.configuration import PipelineConfiguration
from headrace.steps.configuration import StepConfiguration

__all__ = ["of_run", "of_step"]

_SHARED = {
    "enable_cache": "enableCache",
    "enable_artifact_metadata": "enableArtifactMetadata",
    "enable_artifact_visualization": "enableArtifactVisualization",
    "enable_step_logs": "enableStepLogs",
}


def of_run(name: str, fields: Mapping[str, Any]) -> PipelineConfiguration:
    """The configuration of a run.

    Args:
        name: The pipeline's name.
        fields: The run as the engine sent it.

    Returns:
        The configuration that applied, with the values of YAML files and options laid over those of the code.
    """
    config: Mapping[str, Any] = fields.get("config") or {}
    found = PipelineConfiguration(name, **_shared(config))
    found.parameters = dict(fields.get("parameters") or {})
    found.tags = [tag["name"] for tag in config.get("tags") or ()]
    mode = config.get("executionMode")
    found.execution_mode = ExecutionMode(mode) if mode else None
    return found


def of_step(name: str, config: Mapping[str, Any], parameters: Mapping[str, Any]) -> StepConfiguration:
    """The configuration of a step run.

    Args:
        name: The invocation.
        config: What the engine sent.
        parameters: The values of inputs that are no artifacts.

    Returns:
        The configuration that applied, with what it took over from the pipeline.
    """
    found = StepConfiguration(name, **_shared(config))
    found.parameters = dict(parameters)
    retry = config.get("retry")
    found.retry = retry and StepRetryConfig(retry["maxRetries"], retry["delay"], retry["backoff"])
    return found


def _shared(config: Mapping[str, Any]) -> Dict[str, Any]:
    return {
        **{ours: config.get(theirs) for ours, theirs in _SHARED.items()},
        "settings": dict(config.get("settings") or {}),
        "extra": dict(config.get("extra") or {}),
        "substitutions": dict(config.get("substitutions") or {}),
        "model": _model(config.get("model")),
        "cache_policy": _cache_policy(config.get("cachePolicy")),
    }


def _model(config: Optional[Mapping[str, Any]]) -> Optional[Model]:
    if not config:
        return None
    renamed = {"useCases": "use_cases", "tradeOffs": "trade_offs", "saveModelsToRegistry": "save_models_to_registry"}
    return Model(**{renamed.get(key, key): value for key, value in config.items()})


def _cache_policy(config: Optional[Mapping[str, Any]]) -> Optional[CachePolicy]:
    if not config:
        return None
    return CachePolicy(
        include_step_code=config["includeStepCode"],
        include_step_parameters=config["includeStepParameters"],
        include_artifact_values=config["includeArtifactValues"],
        include_artifact_ids=config["includeArtifactIds"],
        ignored_inputs=list(config["ignoredInputs"]) or None,
        expires_after=config["expiresAfter"],
    )
