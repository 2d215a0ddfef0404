"""StructuredStringMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.structured import StructuredStringMaterializer as StructuredStringMaterializer
