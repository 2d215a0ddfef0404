"""Materializers for pillow, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.pillow_images import PillowImageMaterializer as PillowImageMaterializer
