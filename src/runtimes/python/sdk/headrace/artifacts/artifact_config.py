"""What a step says about an artifact that it returns, written in ``Annotated[T, ArtifactConfig(...)]`` (§1.6)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

if TYPE_CHECKING:
    from headrace.enums import ArtifactType

__all__ = ["ArtifactConfig"]

_IGNORED = ("model_name", "model_version")
_LEGACY_TYPES = {"is_model_artifact": "ModelArtifact", "is_deployment_artifact": "ServiceArtifact"}


class ArtifactConfig:
    """Name, version, tags, metadata and kind of an output.

    Args:
        name: The artifact's name; may hold placeholders such as ``{date}``. May be given by position.
        version: Its version; counted up when not given.
        tags: Tags of the artifact version.
        run_metadata: Metadata of the artifact version.
        artifact_type: What it is (``ArtifactType.MODEL`` …), where the materializer's answer isn't right.
        deprecated: ``is_model_artifact`` and ``is_deployment_artifact`` stand for ``artifact_type``;
            ``model_name`` and ``model_version`` are ignored. Each warns.

    Raises:
        ValueError: Two kinds are given at once.
        TypeError: An argument is unknown.
    """

    def __init__(
        self,
        name: Optional[str] = None,
        version: Optional[Union[str, int]] = None,
        tags: Optional[List[str]] = None,
        run_metadata: Optional[Dict[str, Any]] = None,
        artifact_type: Optional["ArtifactType"] = None,
        **deprecated: Any,
    ) -> None:
        self.name = name
        self.version = version
        self.tags = list(tags) if tags is not None else None
        self.run_metadata = dict(run_metadata) if run_metadata is not None else None
        self.artifact_type = artifact_type if artifact_type is not None else _legacy_type(deprecated)

    def __repr__(self) -> str:
        given = {key: value for key, value in vars(self).items() if value is not None}
        return f"ArtifactConfig({', '.join(f'{key}={value!r}' for key, value in given.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArtifactConfig) and vars(self) == vars(other)

    # Members of Annotated are hashed when types are compared; the name says enough to tell them apart.
    def __hash__(self) -> int:
        return hash((self.name, str(self.version)))


def _legacy_type(deprecated: Dict[str, Any]) -> Optional["ArtifactType"]:
    from headrace.enums import ArtifactType

    for key in deprecated:
        if key not in _LEGACY_TYPES and key not in _IGNORED:
            raise TypeError(f"ArtifactConfig() got an unexpected keyword argument {key!r}")
        advice = "artifact_type" if key in _LEGACY_TYPES else "Model on the step or pipeline"
        warnings.warn(f"ArtifactConfig({key}=...) is deprecated: use {advice}.", DeprecationWarning, stacklevel=4)
    chosen = [value for key, value in _LEGACY_TYPES.items() if deprecated.get(key)]
    if len(chosen) > 1:
        raise ValueError("Only one of is_model_artifact and is_deployment_artifact can be true.")
    return ArtifactType(chosen[0]) if chosen else None
