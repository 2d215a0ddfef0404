"""The options of a step; every one that is None is inherited from the pipeline or has its default."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Union

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig
    from headrace.model import Model

__all__ = ["Hook", "StepConfiguration", "merge_options", "merged_mappings"]

Hook = Union[str, Callable[..., Any]]

# Options that are mappings: their keys are merged, where others replace each other.
_MERGED = ("parameters", "settings", "extra", "substitutions", "environment", "output_materializers")


@dataclass
class StepConfiguration:
    """What is configured for a step (§2.1)."""

    name: str
    enable_cache: Optional[bool] = None
    enable_artifact_metadata: Optional[bool] = None
    enable_artifact_visualization: Optional[bool] = None
    enable_step_logs: Optional[bool] = None
    experiment_tracker: Optional[Union[bool, str]] = None
    step_operator: Optional[Union[bool, str]] = None
    parameters: Dict[str, Any] = field(default_factory=dict)
    output_materializers: Dict[Optional[str], Any] = field(default_factory=dict)
    environment: Dict[str, Any] = field(default_factory=dict)
    secrets: Optional[List[Any]] = None
    settings: Dict[str, Any] = field(default_factory=dict)
    extra: Dict[str, Any] = field(default_factory=dict)
    on_failure: Optional[Hook] = None
    on_success: Optional[Hook] = None
    model: Optional["Model"] = None
    retry: Optional["StepRetryConfig"] = None
    substitutions: Dict[str, str] = field(default_factory=dict)
    cache_policy: Optional["CachePolicy"] = None
    runtime: Optional[Any] = None
    heartbeat_healthy_threshold: Optional[int] = None

    def with_options(self, options: Mapping[str, Any], merge: bool) -> "StepConfiguration":
        """A copy with the options that aren't None laid over it; mappings are merged unless ``merge`` is false."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return StepConfiguration(**merge_options(values, options, merge))

    def model_dump(self, **_options: Any) -> Dict[str, Any]:
        """The options as a dictionary."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def merge_options(values: Dict[str, Any], options: Mapping[str, Any], merge: bool) -> Dict[str, Any]:
    """``options`` over ``values``: those that are None change nothing, mappings merge (to any depth) unless ``merge`` is false."""
    merged = {key: copy.copy(value) if key in _MERGED else value for key, value in values.items()}
    for key, value in options.items():
        if value is None:
            continue
        if merge and key in _MERGED:
            merged[key] = merged_mappings(merged[key], value)
        else:
            merged[key] = value
    return merged


def merged_mappings(below: Mapping[Any, Any], above: Mapping[Any, Any]) -> Dict[Any, Any]:
    """Two mappings as one: where both have a mapping under a key, those are merged, too; else the second one's value counts."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = merged_mappings(known, value)
        else:
            merged[key] = value
    return merged
