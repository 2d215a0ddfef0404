"""The step decorator, as ZenML's users import it."""

from __future__ import annotations

from headrace.steps.step_decorator import step as step
