"""Pipeline, as ZenML's users import it."""

from __future__ import annotations

from headrace.pipelines.pipeline_definition import Pipeline as Pipeline
