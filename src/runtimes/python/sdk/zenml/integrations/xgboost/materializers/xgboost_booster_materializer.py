"""XgboostBoosterMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.xgboost_models import XgboostBoosterMaterializer as XgboostBoosterMaterializer
