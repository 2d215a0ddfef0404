"""The name that `Model` had before ZenML 0.55."""

from __future__ import annotations

from headrace.model import ModelVersion as ModelVersion
