"""The options of a pipeline (§2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

from headrace.steps.configuration import Hook, merge_options

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig
    from headrace.model import Model

__all__ = ["PipelineConfiguration"]


@dataclass
class PipelineConfiguration:
    """What is configured for a pipeline; what is None has its default."""

    name: str
    enable_cache: Optional[bool] = None
    enable_artifact_metadata: Optional[bool] = None
    enable_artifact_visualization: Optional[bool] = None
    enable_step_logs: Optional[bool] = None
    enable_pipeline_logs: Optional[bool] = None
    parameters: Dict[str, Any] = field(default_factory=dict)
    environment: Dict[str, Any] = field(default_factory=dict)
    secrets: Optional[List[Any]] = None
    settings: Dict[str, Any] = field(default_factory=dict)
    tags: List[Any] = field(default_factory=list)
    extra: Dict[str, Any] = field(default_factory=dict)
    on_failure: Optional[Hook] = None
    on_success: Optional[Hook] = None
    on_init: Optional[Hook] = None
    on_init_kwargs: Dict[str, Any] = field(default_factory=dict)
    on_cleanup: Optional[Hook] = None
    model: Optional["Model"] = None
    retry: Optional["StepRetryConfig"] = None
    substitutions: Dict[str, str] = field(default_factory=dict)
    execution_mode: Optional[Any] = None
    cache_policy: Optional["CachePolicy"] = None

    def with_options(self, options: Mapping[str, Any], merge: bool) -> "PipelineConfiguration":
        """A copy with the options that aren't None laid over it; tags are added to, mappings are merged."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        tags = options.get("tags")
        if merge and tags is not None:
            options = {**options, "tags": [*self.tags, *tags]}
        return PipelineConfiguration(**merge_options(values, options, merge))

    def model_dump(self, **_options: Any) -> Dict[str, Any]:
        """The options as a dictionary."""
        return {item.name: getattr(self, item.name) for item in fields(self)}
