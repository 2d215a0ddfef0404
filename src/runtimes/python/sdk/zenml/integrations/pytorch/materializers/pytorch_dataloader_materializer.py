"""PyTorchDataLoaderMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.torch_modules import PyTorchDataLoaderMaterializer as PyTorchDataLoaderMaterializer
