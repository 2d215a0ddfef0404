"""Options of one way of running a pipeline, given by ``with_options`` (§2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional

__all__ = ["RunOptions"]


@dataclass
class RunOptions:
    """What ``with_options`` takes besides the pipeline's configuration."""

    run_name: Optional[str] = None
    schedule: Optional[Any] = None
    config_path: Optional[str] = None
    #: Options by invocation id, as in the ``steps`` of a YAML file.
    step_configurations: Dict[str, Mapping[str, Any]] = field(default_factory=dict)
