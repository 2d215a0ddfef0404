"""Materializers, as ZenML's users import them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headrace.materializers.base import BaseMaterializer as BaseMaterializer
from headrace.materializers.builtin import BuiltInMaterializer as BuiltInMaterializer
from headrace.materializers.builtin import BytesMaterializer as BytesMaterializer
from headrace.materializers.containers import BuiltInContainerMaterializer as BuiltInContainerMaterializer
from headrace.materializers.paths import PathMaterializer as PathMaterializer
from headrace.materializers.pickles import CloudpickleMaterializer as CloudpickleMaterializer
from headrace.materializers.standard import UUIDMaterializer as UUIDMaterializer
from headrace.materializers.structured import StructuredStringMaterializer as StructuredStringMaterializer

if TYPE_CHECKING:
    from headrace.materializers.pydantic_models import PydanticMaterializer as PydanticMaterializer


def __getattr__(name: str) -> Any:
    # Its module needs pydantic, which not every interpreter has.
    if name == "PydanticMaterializer":
        from headrace.materializers.pydantic_models import PydanticMaterializer

        return PydanticMaterializer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
