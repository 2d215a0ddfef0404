"""PathMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.paths import PathMaterializer as PathMaterializer
