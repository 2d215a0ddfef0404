"""Materializers for huggingface, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.hf_datasets import HFDatasetMaterializer as HFDatasetMaterializer
