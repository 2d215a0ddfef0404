"""How often and after which pause a failed step is tried again (§6)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["StepRetryConfig"]


@dataclass
class StepRetryConfig:
    """Retries of a step.

    Args:
        max_retries: How many further attempts a failure is given.
        delay: Seconds before the first of them.
        backoff: By what the delay is multiplied before each one after that.
    """

    max_retries: int = 1
    delay: float = 0
    backoff: float = 0

    def __post_init__(self) -> None:
        for name in ("max_retries", "delay", "backoff"):
            if getattr(self, name) < 0:
                raise ValueError(f"StepRetryConfig: `{name}` must not be negative.")
