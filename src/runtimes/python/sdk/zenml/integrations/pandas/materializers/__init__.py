"""Materializers for pandas, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.pandas_frames import PandasMaterializer as PandasMaterializer
