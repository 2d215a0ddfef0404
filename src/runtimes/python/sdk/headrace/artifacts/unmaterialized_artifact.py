"""An input whose files a step wants to read by itself (zenml-semantics §1.8)."""

from __future__ import annotations

from headrace.responses.artifacts import ArtifactVersionResponse

__all__ = ["UnmaterializedArtifact"]


class UnmaterializedArtifact(ArtifactVersionResponse):
    """An artifact version that wasn't loaded: `.uri` is the folder of its files."""
