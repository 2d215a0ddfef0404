"""ExternalArtifact, as ZenML's users import it."""

from __future__ import annotations

from headrace.artifacts.external_artifact import ExternalArtifact as ExternalArtifact
