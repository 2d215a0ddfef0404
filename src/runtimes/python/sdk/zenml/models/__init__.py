"""What the engine answers, as ZenML's users import it."""

from __future__ import annotations

from headrace._client.tags import TagResource as TagResource
from headrace.identifiers import ArtifactVersionIdentifier as ArtifactVersionIdentifier
from headrace.identifiers import ModelVersionIdentifier as ModelVersionIdentifier
from headrace.identifiers import PipelineRunIdentifier as PipelineRunIdentifier
from headrace.identifiers import RunMetadataResource as RunMetadataResource
from headrace.identifiers import StepRunIdentifier as StepRunIdentifier
from headrace.page import Page as Page
from headrace.responses.artifacts import ArtifactResponse as ArtifactResponse
from headrace.responses.artifacts import ArtifactVersionResponse as ArtifactVersionResponse
from headrace.responses.artifacts import ArtifactVisualizationResponse as ArtifactVisualizationResponse
from headrace.responses.models import ModelResponse as ModelResponse
from headrace.responses.models import ModelVersionResponse as ModelVersionResponse
from headrace.responses.runs import PipelineResponse as PipelineResponse
from headrace.responses.runs import PipelineRunResponse as PipelineRunResponse
from headrace.responses.steps import StepRunInputResponse as StepRunInputResponse
from headrace.responses.steps import StepRunResponse as StepRunResponse
from headrace.responses.tags import TagResponse as TagResponse
