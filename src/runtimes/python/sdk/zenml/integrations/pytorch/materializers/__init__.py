"""Materializers for pytorch, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.torch_modules import PyTorchModuleMaterializer as PyTorchModuleMaterializer
from headrace.materializers.torch_modules import PyTorchDataLoaderMaterializer as PyTorchDataLoaderMaterializer
