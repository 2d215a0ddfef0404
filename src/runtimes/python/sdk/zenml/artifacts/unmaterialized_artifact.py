"""UnmaterializedArtifact, as ZenML's users import it."""

from __future__ import annotations

from headrace.artifacts.unmaterialized_artifact import UnmaterializedArtifact as UnmaterializedArtifact
