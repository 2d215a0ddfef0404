"""PyTorchModuleMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.torch_modules import PyTorchModuleMaterializer as PyTorchModuleMaterializer
