"""SklearnMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.sklearn_models import SklearnMaterializer as SklearnMaterializer
