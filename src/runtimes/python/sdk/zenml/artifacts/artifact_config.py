"""ArtifactConfig, as ZenML's users import it."""

from __future__ import annotations

from headrace.artifacts.artifact_config import ArtifactConfig as ArtifactConfig
