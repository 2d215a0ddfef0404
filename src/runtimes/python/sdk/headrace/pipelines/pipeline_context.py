"""What a pipeline's function may know about its pipeline (§5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from headrace import _active

if TYPE_CHECKING:
    from headrace.model import Model
    from headrace.pipelines.configuration import PipelineConfiguration

__all__ = ["PipelineContext", "get_pipeline_context"]


class PipelineContext:
    """The configuration of the pipeline whose function is being called, that of a YAML file included."""

    def __init__(self, configuration: "PipelineConfiguration") -> None:
        self.name = configuration.name
        self.enable_cache = configuration.enable_cache
        self.enable_artifact_metadata = configuration.enable_artifact_metadata
        self.enable_artifact_visualization = configuration.enable_artifact_visualization
        self.enable_step_logs = configuration.enable_step_logs
        self.enable_pipeline_logs = configuration.enable_pipeline_logs
        self.settings: Dict[str, Any] = configuration.settings
        self.extra: Dict[str, Any] = configuration.extra
        self.model: Optional["Model"] = configuration.model


def get_pipeline_context() -> PipelineContext:
    """The context of the pipeline whose function is being called.

    Raises:
        RuntimeError: None is; inside of a step, :func:`get_step_context` is what is wanted.
    """
    if _active.step() is not None:
        raise RuntimeError("Inside a step use `from zenml import get_step_context` instead.")
    trace = _active.trace()
    if trace is None:
        raise RuntimeError("No active pipeline found.")
    return PipelineContext(trace.configuration)
