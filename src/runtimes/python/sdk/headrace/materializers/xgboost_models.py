"""XGBoost boosters and matrices."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

import xgboost as xgb

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType

__all__ = ["XgboostBoosterMaterializer", "XgboostDMatrixMaterializer"]


class XgboostBoosterMaterializer(BaseMaterializer):
    """Boosters in XGBoost's own JSON, which other versions of it can read."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.MODEL
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (xgb.Booster,)

    def save(self, data: Any) -> None:
        data.save_model(self.path_of("model.json"))

    def load(self, data_type: Type[Any]) -> Any:
        booster = xgb.Booster()
        booster.load_model(self.path_of("model.json"))
        return booster

    def summarize(self, data: Any) -> str:
        return f"Booster, {data.num_boosted_rounds()} rounds, {data.num_features()} features"


class XgboostDMatrixMaterializer(BaseMaterializer):
    """Matrices in XGBoost's binary format."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (xgb.DMatrix,)

    def save(self, data: Any) -> None:
        data.save_binary(self.path_of("data.binary"))

    def load(self, data_type: Type[Any]) -> Any:
        return xgb.DMatrix(self.path_of("data.binary"))

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"shape": [data.num_row(), data.num_col()]}

    def summarize(self, data: Any) -> str:
        return f"DMatrix {data.num_row()} × {data.num_col()}"
