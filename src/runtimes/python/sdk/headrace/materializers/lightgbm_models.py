"""LightGBM boosters and datasets."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

import lightgbm as lgb

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType

__all__ = ["LightGBMBoosterMaterializer", "LightGBMDatasetMaterializer"]


class LightGBMBoosterMaterializer(BaseMaterializer):
    """Boosters in LightGBM's own text format."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.MODEL
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (lgb.Booster,)

    def save(self, data: Any) -> None:
        data.save_model(self.path_of("model.txt"))

    def load(self, data_type: Type[Any]) -> Any:
        return lgb.Booster(model_file=self.path_of("model.txt"))

    def summarize(self, data: Any) -> str:
        return f"Booster, {data.num_trees()} trees, {data.num_feature()} features"


class LightGBMDatasetMaterializer(BaseMaterializer):
    """Datasets in LightGBM's binary format."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (lgb.Dataset,)

    def save(self, data: Any) -> None:
        data.save_binary(self.path_of("data.binary"))

    def load(self, data_type: Type[Any]) -> Any:
        return lgb.Dataset(self.path_of("data.binary"), free_raw_data=False)

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        data.construct()
        return {"shape": [data.num_data(), data.num_feature()]}
