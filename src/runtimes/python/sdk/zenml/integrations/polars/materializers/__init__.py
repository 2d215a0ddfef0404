"""Materializers for polars, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.polars_frames import PolarsMaterializer as PolarsMaterializer
