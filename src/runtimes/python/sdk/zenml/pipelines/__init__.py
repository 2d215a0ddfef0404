"""Pipelines, as ZenML's users import them."""

from __future__ import annotations

from headrace.config.schedule import Schedule as Schedule
from headrace.pipelines.pipeline_context import PipelineContext as PipelineContext
from headrace.pipelines.pipeline_context import get_pipeline_context as get_pipeline_context
from headrace.pipelines.pipeline_decorator import pipeline as pipeline
from headrace.pipelines.pipeline_definition import Pipeline as Pipeline
