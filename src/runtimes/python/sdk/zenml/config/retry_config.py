"""StepRetryConfig, as ZenML's users import it."""

from __future__ import annotations

from headrace.config.retry_config import StepRetryConfig as StepRetryConfig
