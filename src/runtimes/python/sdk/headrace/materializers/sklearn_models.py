"""scikit-learn estimators, and what inherits from them."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

from sklearn.base import BaseEstimator

from headrace.enums import ArtifactType
from headrace.materializers.pickles import PickleFileMaterializer

__all__ = ["SklearnMaterializer"]


class SklearnMaterializer(PickleFileMaterializer):
    """Estimators as a pickle."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.MODEL
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (BaseEstimator,)

    def preview(self, data: Any) -> Dict[str, Any]:
        from headrace.previews.estimators import preview_estimator

        return preview_estimator(data)

    def summarize(self, data: Any) -> str:
        from headrace.previews.estimators import summarize_estimator

        return summarize_estimator(data)
