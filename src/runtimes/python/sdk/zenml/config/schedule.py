"""Schedule, as ZenML's users import it."""

from __future__ import annotations

from headrace.config.schedule import Schedule as Schedule
