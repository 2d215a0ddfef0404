"""Saving and loading artifacts, as ZenML's users import it."""

from __future__ import annotations

from headrace.artifacts.utils import load_artifact as load_artifact
from headrace.artifacts.utils import log_artifact_metadata as log_artifact_metadata
from headrace.artifacts.utils import register_artifact as register_artifact
from headrace.artifacts.utils import save_artifact as save_artifact
