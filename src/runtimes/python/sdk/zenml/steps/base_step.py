"""BaseStep, as ZenML's users import it."""

from __future__ import annotations

from headrace.steps.base_step import BaseStep as BaseStep
