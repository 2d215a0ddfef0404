"""Text that says what it is: HTML, Markdown, CSV, JSON."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

from headrace.enums import ArtifactType, VisualizationType
from headrace.materializers.base import BaseMaterializer
from headrace.types import CSVString, HTMLString, JSONString, MarkdownString

__all__ = ["StructuredStringMaterializer"]

_KINDS: Dict[type, Tuple[str, VisualizationType, str]] = {
    HTMLString: ("output.html", VisualizationType.HTML, "html"),
    MarkdownString: ("output.md", VisualizationType.MARKDOWN, "markdown"),
    CSVString: ("output.csv", VisualizationType.CSV, "csv"),
    JSONString: ("output.json", VisualizationType.JSON, "code"),
}


class StructuredStringMaterializer(BaseMaterializer):
    """The strings of `zenml.types`, each as a file of its format."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA_ANALYSIS
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (CSVString, HTMLString, MarkdownString, JSONString)

    def save(self, data: Any) -> None:
        with self.create_file(_kind(type(data))[0]) as file:
            file.write(data.encode("utf-8", "surrogatepass"))

    def load(self, data_type: Type[Any]) -> Any:
        with open(self.path_of(_kind(data_type)[0]), "rb") as file:
            return data_type(file.read().decode("utf-8", "surrogatepass"))

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        name, kind, _ = _kind(type(data))
        return {self.path_of(name): kind}

    def preview(self, data: Any) -> Dict[str, Any]:
        from headrace.previews.values import preview_text

        name, _, style = _kind(type(data))
        return preview_text(data, style, name)


def _kind(type_: type) -> Tuple[str, VisualizationType, str]:
    return next(kind for known, kind in _KINDS.items() if issubclass(type_, known))
