"""The pipeline decorator, as ZenML's users import it."""

from __future__ import annotations

from headrace.pipelines.pipeline_decorator import pipeline as pipeline
