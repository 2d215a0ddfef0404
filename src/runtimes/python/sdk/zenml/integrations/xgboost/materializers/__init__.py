"""Materializers for xgboost, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.xgboost_models import XgboostBoosterMaterializer as XgboostBoosterMaterializer
from headrace.materializers.xgboost_models import XgboostDMatrixMaterializer as XgboostDMatrixMaterializer
