"""PolarsMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.polars_frames import PolarsMaterializer as PolarsMaterializer
