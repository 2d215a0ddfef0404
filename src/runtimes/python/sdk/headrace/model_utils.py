"""Linking artifacts to models, inside steps and outside (zenml-semantics §4.5)."""

from __future__ import annotations

from typing import Any, Dict, Optional, Union
from uuid import UUID

from headrace import _active, _session

__all__ = ["link_artifact_to_model", "log_model_metadata"]


def link_artifact_to_model(
    artifact_version: Any = None,
    model: Any = None,
    is_model_artifact: bool = False,
    is_deployment_artifact: bool = False,
    *,
    artifact_version_id: Optional[Union[str, UUID]] = None,
) -> None:
    """Links an artifact version to a model version, which is created if it may be.

    Args:
        artifact_version: The artifact version, or its id.
        model: The `Model`; inside a step its own when None.
        is_model_artifact: Ignored: an artifact is what its materializer or `ArtifactConfig` says.
        is_deployment_artifact: Ignored likewise.
        artifact_version_id: The id, as ZenML up to 0.67 has it.

    Raises:
        RuntimeError: No model is given, and there is no step with one.
        KeyError: The model's version is a number or a stage, and there is none.
        TypeError: No artifact version is given.
    """
    chosen = artifact_version_id if artifact_version is None else getattr(artifact_version, "id", artifact_version)
    if chosen is None:
        raise TypeError("link_artifact_to_model() needs `artifact_version` or `artifact_version_id`.")
    target = model if model is not None else _model_of_step()
    _session.request("link.create", {"artifactVersionId": str(chosen), "modelVersionId": target._ensured_id()})


def log_model_metadata(
    metadata: Dict[str, Any], model_name: Optional[str] = None, model_version: Optional[Union[int, str]] = None
) -> None:
    """Logs metadata for a model version. Deprecated in ZenML in favour of `log_metadata`; it does the same.

    Args:
        metadata: Values by key.
        model_name: The model; inside a step its own when None.
        model_version: The version.

    Raises:
        ValueError: Only one of name and version is given, or neither and there is no step with a model.
    """
    from headrace.metadata import log_metadata

    if (model_name is None) != (model_version is None):
        raise ValueError(
            "Model name and version must be both provided or not provided at all: without them the model of the step is meant."
        )
    if model_name is None or model_version is None:
        log_metadata(metadata, infer_model=True)
    else:
        log_metadata(metadata, model_name=model_name, model_version=model_version)


def _model_of_step() -> Any:
    from headrace.exceptions import StepContextError

    step = _active.step()
    try:
        if step is not None:
            return step.model
    except StepContextError:
        pass
    raise RuntimeError(
        "`link_artifact_to_model` called without `model` parameter and configured model context cannot be identified. "
        'Pass model=Model(name="…", version="…"), or configure a model on the step or the pipeline.'
    )
