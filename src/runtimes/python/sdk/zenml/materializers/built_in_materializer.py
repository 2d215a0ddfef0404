"""Materializers of built-in types, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.builtin import BuiltInMaterializer as BuiltInMaterializer
from headrace.materializers.builtin import BytesMaterializer as BytesMaterializer
from headrace.materializers.containers import BuiltInContainerMaterializer as BuiltInContainerMaterializer
