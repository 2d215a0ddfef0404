"""Configuration of pipelines, as ZenML's users import it."""

from __future__ import annotations

from headrace.pipelines.configuration import PipelineConfiguration as PipelineConfiguration
