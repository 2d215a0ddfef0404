"""HFDatasetMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.hf_datasets import HFDatasetMaterializer as HFDatasetMaterializer
