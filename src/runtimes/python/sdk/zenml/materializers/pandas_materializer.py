"""The materializer for tables, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.pandas_frames import PandasMaterializer as PandasMaterializer
