"""Headrace: machine-learning pipelines that run where they are written.

The API is ZenML's; ``import zenml`` gives the same names. Every name is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from headrace.pipelines.pipeline_context import get_pipeline_context as get_pipeline_context
    from headrace.pipelines.pipeline_decorator import pipeline as pipeline
    from headrace.steps.step_context import get_step_context as get_step_context
    from headrace.steps.step_decorator import step as step


def __getattr__(name: str) -> Any:
    from headrace._exports import resolve

    return resolve(globals(), name)


def __dir__() -> List[str]:
    from headrace._exports import EXPORTS

    return sorted({*globals(), *EXPORTS})
