"""Pipelines of tests that are made on the spot."""

from __future__ import annotations

import uuid
from typing import Any, Callable, Optional

from zenml import pipeline
from zenml.enums import ExecutionMode

FAIL_FAST = ExecutionMode.FAIL_FAST


def fresh(prefix: str) -> str:
    """A name that nothing has yet."""
    return f"{prefix}_{uuid.uuid4().hex[:8]}"


def flow_of(body: Callable[[], Any], name: Optional[str] = None, enable_cache: bool = False, **options: Any) -> Any:
    """A pipeline of a body, with a name of its own."""
    return pipeline(name=name or fresh("flow"), enable_cache=enable_cache, **options)(body)


def run_of(*calls: Callable[[], Any], **options: Any) -> Any:
    """A run of a pipeline that calls these."""

    def body() -> None:
        for call in calls:
            call()

    return flow_of(body, **options)()
