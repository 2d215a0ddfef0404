"""Linking and metadata of models, as ZenML's users import them."""

from __future__ import annotations

from headrace.model_utils import link_artifact_to_model as link_artifact_to_model
from headrace.model_utils import log_model_metadata as log_model_metadata
