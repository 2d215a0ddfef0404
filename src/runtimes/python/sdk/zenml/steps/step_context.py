"""The step context, as ZenML's users import it."""

from __future__ import annotations

from headrace.steps.step_context import StepContext as StepContext
from headrace.steps.step_context import get_step_context as get_step_context
