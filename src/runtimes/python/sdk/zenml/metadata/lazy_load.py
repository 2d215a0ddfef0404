"""Metadata that is looked up late, as ZenML's users import it."""

from __future__ import annotations

from headrace.lazy import LazyRunMetadata as LazyRunMetadata
