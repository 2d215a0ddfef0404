"""Materializers for sklearn, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.sklearn_models import SklearnMaterializer as SklearnMaterializer
