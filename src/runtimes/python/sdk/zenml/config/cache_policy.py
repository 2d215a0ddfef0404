"""CachePolicy, as ZenML's users import it."""

from __future__ import annotations

from headrace.config.cache_policy import CachePolicy as CachePolicy
