"""Loggers, as ZenML's users get them."""

from __future__ import annotations

from headrace.logger import get_logger as get_logger
