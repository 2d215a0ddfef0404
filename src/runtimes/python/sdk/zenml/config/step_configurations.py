"""Configuration of steps, as ZenML's users import it."""

from __future__ import annotations

from headrace.steps.configuration import StepConfiguration as StepConfiguration
