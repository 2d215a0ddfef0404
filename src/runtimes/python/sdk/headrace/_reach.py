"""What of the user's code a step reaches: what decides whether a cached result still holds."""

from __future__ import annotations

import ast
import hashlib
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

from headrace import _code

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy
    from headrace.steps.base_step import BaseStep

__all__ = ["reach"]


def reach(
    step: "BaseStep", policy: Optional["CachePolicy"] = None, materializers: Optional[Mapping[Any, Any]] = None
) -> List[Dict[str, str]]:
    """The code components of a step."""
    from headrace._spec import source_path

    node = _code.node_of(_code.unwrap(step.entrypoint))
    text = ast.dump(node) if node is not None else repr(getattr(step.entrypoint, "__code__", None))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return [{"kind": "step", "name": source_path(step.source_object), "digest": f"sha256:{digest}"}]
