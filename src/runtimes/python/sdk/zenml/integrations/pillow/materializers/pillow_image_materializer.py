"""PillowImageMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.pillow_images import PillowImageMaterializer as PillowImageMaterializer
