"""LightGBMDatasetMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.lightgbm_models import LightGBMDatasetMaterializer as LightGBMDatasetMaterializer
