"""Logging metadata, as ZenML's users import it."""

from __future__ import annotations

from headrace.metadata import bulk_log_metadata as bulk_log_metadata
from headrace.metadata import log_metadata as log_metadata
from headrace.metadata import log_step_metadata as log_step_metadata
