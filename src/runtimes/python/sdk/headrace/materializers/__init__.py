"""How Python values become files and come back (zenml-semantics §5.3)."""

from __future__ import annotations

from headrace.materializers.base import BaseMaterializer
from headrace.materializers.builtin import BuiltInMaterializer, BytesMaterializer
from headrace.materializers.containers import BuiltInContainerMaterializer
from headrace.materializers.payload import choose_materializer, load, preview, save
from headrace.materializers.pickles import CloudpickleMaterializer
from headrace.materializers.registry import import_path, materializer_registry

__all__ = [
    "BaseMaterializer",
    "BuiltInContainerMaterializer",
    "BuiltInMaterializer",
    "BytesMaterializer",
    "CloudpickleMaterializer",
    "choose_materializer",
    "import_path",
    "load",
    "materializer_registry",
    "preview",
    "save",
]
