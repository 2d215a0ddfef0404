"""matplotlib figures."""

from __future__ import annotations

import io
import struct
from typing import Any, ClassVar, Dict, Tuple, Type

from matplotlib.figure import Figure

from headrace.enums import ArtifactType, VisualizationType
from headrace.materializers.pickles import PickleFileMaterializer
from headrace.previews.plain import clip

__all__ = ["MatplotlibMaterializer"]

_IMAGE = "figure.png"
#: Signature and header of a PNG up to its size in pixels.
_PNG_SIZE = ">16x2I"


class MatplotlibMaterializer(PickleFileMaterializer):
    """Figures as a pickle, which can be drawn again, and as the picture that is shown."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA_ANALYSIS
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (Figure,)

    def save(self, data: Any) -> None:
        super().save(data)
        buffer = io.BytesIO()
        # Tight: labels may reach beyond the figure's own edges, and nothing of them is to be cut off.
        data.savefig(buffer, format="png", metadata={"Software": None}, facecolor="white", bbox_inches="tight")
        with self.create_file(_IMAGE) as file:
            file.write(buffer.getvalue())

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        return {self.path_of(_IMAGE): VisualizationType.IMAGE}

    def summarize(self, data: Any) -> str:
        titles = [axes.get_title() for axes in data.axes if axes.get_title()]
        return clip(f"Figure {', '.join(titles)}" if titles else f"Figure with {len(data.axes)} axes", 80)

    def preview(self, data: Any) -> Dict[str, Any]:
        with open(self.path_of(_IMAGE), "rb") as file:
            width, height = struct.unpack(_PNG_SIZE, file.read(struct.calcsize(_PNG_SIZE)))
        return {"kind": "image", "file": _IMAGE, "width": width, "height": height, "mime": "image/png"}
