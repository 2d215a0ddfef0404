"""Materializers for lightgbm, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.lightgbm_models import LightGBMBoosterMaterializer as LightGBMBoosterMaterializer
from headrace.materializers.lightgbm_models import LightGBMDatasetMaterializer as LightGBMDatasetMaterializer
