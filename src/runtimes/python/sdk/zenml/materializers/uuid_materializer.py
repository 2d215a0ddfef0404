"""UUIDMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.standard import UUIDMaterializer as UUIDMaterializer
