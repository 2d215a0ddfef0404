"""Top-level names that are imported when they are first used: `import headrace` must cost next to nothing."""

from __future__ import annotations

import importlib

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Dict

__all__ = ["EXPORTS", "resolve"]

#: Name → module that defines it.
EXPORTS: Dict[str, str] = {
    "ArtifactConfig": "headrace.artifacts.artifact_config",
    "CachePolicy": "headrace.config.cache_policy",
    "Client": "headrace.client",
    "ExternalArtifact": "headrace.artifacts.external_artifact",
    "Model": "headrace.model",
    "ModelVersion": "headrace.model",
    "Schedule": "headrace.config.schedule",
    "Tag": "headrace.tags",
    "add_tags": "headrace.tags",
    "bulk_log_metadata": "headrace.metadata",
    "get_pipeline_context": "headrace.pipelines.pipeline_context",
    "get_step_context": "headrace.steps.step_context",
    "link_artifact_to_model": "headrace.model_utils",
    "load_artifact": "headrace.artifacts.utils",
    "log_artifact_metadata": "headrace.artifacts.utils",
    "log_metadata": "headrace.metadata",
    "log_model_metadata": "headrace.metadata",
    "log_step_metadata": "headrace.metadata",
    "pipeline": "headrace.pipelines.pipeline_decorator",
    "register_artifact": "headrace.artifacts.utils",
    "remove_tags": "headrace.tags",
    "save_artifact": "headrace.artifacts.utils",
    "step": "headrace.steps.step_decorator",
    "ts_step": "headrace.steps.foreign_step",
}


def resolve(package: Dict[str, Any], name: str) -> Any:
    """The value of a top-level name, kept in the package from then on.

    Raises:
        AttributeError: There is no such name.
    """
    module = EXPORTS.get(name)
    if module is None:
        raise AttributeError(f"module {package['__name__']!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    package[name] = value
    return value
