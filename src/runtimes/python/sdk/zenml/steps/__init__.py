"""Steps, as ZenML's users import them."""

from __future__ import annotations

from headrace.steps.base_step import BaseStep as BaseStep
from headrace.steps.step_context import StepContext as StepContext
from headrace.steps.step_context import get_step_context as get_step_context
from headrace.steps.step_decorator import step as step
from headrace.config.settings import ResourceSettings as ResourceSettings
