"""Pillow images."""

from __future__ import annotations

import os
from typing import Any, ClassVar, Dict, Tuple, Type

from PIL import Image

from headrace.enums import ArtifactType, VisualizationType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType

__all__ = ["PillowImageMaterializer"]

_STEM = "image_file"
#: Formats that give back exactly what was written, and the colour modes that each can hold.
_EXACT: Dict[str, Tuple[str, ...]] = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "TIFF": ("I", "F", "CMYK", "LAB", "YCbCr", "PA", "RGBX", "La", "RGBa", "HSV"),
}
_MIME = {"PNG": "image/png", "TIFF": "image/tiff"}


class PillowImageMaterializer(BaseMaterializer):
    """Images without loss: as PNG, or as TIFF in colour modes that PNG doesn't have.

    The format that an image was read from is kept as metadata: writing a JPEG again would change its pixels.
    """

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (Image.Image,)

    def save(self, data: Any) -> None:
        kind = _format_of(data)
        with self.create_file(f"{_STEM}.{kind}") as file:
            # Pillow seeks in some formats, which a hashing file can't.
            file.write(_encoded(data, kind))

    def load(self, data_type: Type[Any]) -> Any:
        name = next(name for name in sorted(os.listdir(self.uri)) if name.startswith(f"{_STEM}."))
        with Image.open(self.path_of(name)) as image:
            image.load()
            # A copy is a plain image that no longer depends on the file.
            return image.copy()

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        kind = _format_of(data)
        return {self.path_of(f"{_STEM}.{kind}"): VisualizationType.IMAGE} if kind == "PNG" else {}

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        answer: Dict[str, MetadataType] = {"width": data.width, "height": data.height, "mode": str(data.mode)}
        if getattr(data, "filename", ""):
            answer["original_filename"] = os.path.basename(str(data.filename))
        return {**answer, "original_format": str(data.format)} if data.format else answer

    def summarize(self, data: Any) -> str:
        return f"Image {data.width} × {data.height} {data.mode}"

    def preview(self, data: Any) -> Dict[str, Any]:
        kind = _format_of(data)
        return {
            "kind": "image",
            "file": f"{_STEM}.{kind}",
            "width": data.width,
            "height": data.height,
            "mime": _MIME[kind],
        }


def _format_of(image: Any) -> str:
    return next((kind for kind, modes in _EXACT.items() if image.mode in modes), "PNG")


def _encoded(image: Any, kind: str) -> bytes:
    import io

    buffer = io.BytesIO()
    image.save(buffer, format=kind)
    return buffer.getvalue()
