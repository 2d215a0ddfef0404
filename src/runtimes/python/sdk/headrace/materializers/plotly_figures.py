"""plotly figures."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

from plotly.basedatatypes import BaseFigure
from plotly.io import from_json

from headrace.enums import ArtifactType, VisualizationType
from headrace.materializers.base import BaseMaterializer
from headrace.previews.plain import clip

__all__ = ["PlotlyMaterializer"]

_JSON = "figure.json"


class PlotlyMaterializer(BaseMaterializer):
    """Figures as the JSON that plotly draws from."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA_ANALYSIS
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (BaseFigure,)

    def save(self, data: Any) -> None:
        with self.create_file(_JSON) as file:
            file.write(data.to_json().encode("utf-8"))

    def load(self, data_type: Type[Any]) -> Any:
        with open(self.path_of(_JSON), encoding="utf-8") as file:
            return from_json(file.read(), output_type="Figure", skip_invalid=True)

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        path = self.path_of("figure.html")
        data.write_html(path, include_plotlyjs="cdn", full_html=True)
        return {path: VisualizationType.HTML, self.path_of(_JSON): VisualizationType.JSON}

    def summarize(self, data: Any) -> str:
        kinds = ", ".join(sorted({str(trace.type) for trace in data.data}))
        title = str(data.layout.title.text or "")
        return clip(f"Figure {title} ({kinds})" if title else f"Figure ({kinds})", 80)

    def preview(self, data: Any) -> Dict[str, Any]:
        import json

        from headrace.previews.plain import plain_json

        value = json.loads(data.to_json())
        shown = plain_json(value, 1000)
        return {"kind": "json", "value": shown, "length": len(value), "truncated": shown != value, "file": _JSON}
