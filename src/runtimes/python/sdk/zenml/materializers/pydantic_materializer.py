"""PydanticMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.pydantic_models import PydanticMaterializer as PydanticMaterializer
