"""Schedules: accepted, and ignored with a notice, because nothing here runs pipelines by the clock (§6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional

__all__ = ["Schedule"]


@dataclass
class Schedule:
    """When a pipeline would run: by a cron expression, in intervals, or once.

    Raises:
        ValueError: None of the three is given.
    """

    name: Optional[str] = None
    cron_expression: Optional[str] = None
    start_time: Optional[datetime] = None
    end_time: Optional[datetime] = None
    interval_second: Optional[timedelta] = None
    catchup: bool = False
    run_once_start_time: Optional[datetime] = None

    def __post_init__(self) -> None:
        if not self.cron_expression and not self.run_once_start_time and not (self.start_time and self.interval_second):
            raise ValueError(
                "Either a cron expression, a start time and interval seconds or a run once start time need to be set "
                "for a valid schedule."
            )
