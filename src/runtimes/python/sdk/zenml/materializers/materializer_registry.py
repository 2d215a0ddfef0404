"""The registry of materializers, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.registry import MaterializerRegistry as MaterializerRegistry
from headrace.materializers.registry import materializer_registry as materializer_registry
