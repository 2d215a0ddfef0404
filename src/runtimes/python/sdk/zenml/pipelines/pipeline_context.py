"""The pipeline context, as ZenML's users import it."""

from __future__ import annotations

from headrace.pipelines.pipeline_context import PipelineContext as PipelineContext
from headrace.pipelines.pipeline_context import get_pipeline_context as get_pipeline_context
