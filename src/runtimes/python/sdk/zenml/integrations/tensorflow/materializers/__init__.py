"""Materializers for tensorflow, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.keras_models import KerasMaterializer as KerasMaterializer
