"""KerasMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.keras_models import KerasMaterializer as KerasMaterializer
