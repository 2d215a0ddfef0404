"""Artifacts outside of a step's return value: saved, registered and loaded by hand (zenml-semantics §4.6)."""

from __future__ import annotations

import os
import warnings
from typing import Any, Dict, List, Optional, Union
from uuid import UUID

from headrace import _session
from headrace.enums import ArtifactSaveType, ArtifactType
from headrace.responses.artifacts import ArtifactVersionResponse
from headrace.responses.base import scoped, wire

__all__ = ["load_artifact", "log_artifact_metadata", "register_artifact", "save_artifact"]


def save_artifact(
    data: Any,
    name: str,
    version: Optional[Union[int, str]] = None,
    artifact_type: Optional[ArtifactType] = None,
    tags: Optional[List[str]] = None,
    extract_metadata: bool = True,
    include_visualizations: bool = True,
    user_metadata: Optional[Dict[str, Any]] = None,
    materializer: Any = None,
    uri: Optional[str] = None,
    save_type: ArtifactSaveType = ArtifactSaveType.MANUAL,
    has_custom_name: bool = True,
    **deprecated: Any,
) -> ArtifactVersionResponse:
    """Saves a value as an artifact version. Inside a step it becomes an output, linked to the step's model version.

    Args:
        data: The value.
        name: The artifact's name.
        version: The version; the next number when None.
        artifact_type: What it is; by default what the materializer says.
        tags: Tags of the version.
        extract_metadata: Whether to ask the materializer for metadata. Without it `user_metadata` is ignored, too.
        include_visualizations: Whether to make a preview.
        user_metadata: Metadata of your own; it wins over the materializer's.
        materializer: A materializer class or its import path; by default the one for the value's type.
        uri: Ignored: payloads are kept by their content.
        save_type: How it came to be.
        has_custom_name: Whether somebody chose the name.
        **deprecated: `is_model_artifact` and `is_deployment_artifact` stand for `artifact_type`; `manual_save` is ignored.

    Returns:
        The artifact version.

    Raises:
        EntityExistsError: The version exists.
        StepInterfaceError: No materializer handles the type.
    """
    from headrace.artifacts.payload import write_value
    from headrace.metadata import checked

    kind = artifact_type or _deprecated_type(deprecated)
    payload = write_value(
        data, materializer=materializer, metadata=extract_metadata, visualization=include_visualizations
    )
    params: Dict[str, Any] = {
        "name": name,
        "version": version,
        "payload": payload,
        "saveType": wire(save_type),
        "tags": list(tags or []),
        "metadata": checked(user_metadata or {}) if extract_metadata else {},
        "customName": has_custom_name,
    }
    if kind is not None:
        params["type"] = wire(kind)
    return ArtifactVersionResponse(_session.request("artifact.save", scoped(params))["entity"])


def register_artifact(
    folder_or_file_uri: Any,
    name: str,
    version: Optional[Union[int, str]] = None,
    artifact_type: Optional[ArtifactType] = None,
    tags: Optional[List[str]] = None,
    has_custom_name: bool = True,
    artifact_metadata: Optional[Dict[str, Any]] = None,
) -> ArtifactVersionResponse:
    """Makes files that exist already an artifact version, without copying them.

    Args:
        folder_or_file_uri: A file or a folder, in the workspace or among the payloads.
        name: The artifact's name.
        version: The version; the next number when None.
        artifact_type: What it is; data by default.
        tags: Tags of the version.
        has_custom_name: Whether somebody chose the name.
        artifact_metadata: Metadata of the version.

    Returns:
        The artifact version; `.load()` gives a `pathlib.Path` to a copy of the files.

    Raises:
        FileNotFoundError: There is nothing at the path, or it lies outside.
        RuntimeError: The path is registered already.
        EntityExistsError: The version exists.
    """
    from headrace.metadata import checked

    params: Dict[str, Any] = {
        "name": name,
        "version": version,
        "uri": os.path.abspath(os.fspath(folder_or_file_uri)),
        "tags": list(tags or []),
        "metadata": checked(artifact_metadata or {}),
        "customName": has_custom_name,
    }
    if artifact_type is not None:
        params["type"] = wire(artifact_type)
    return ArtifactVersionResponse(_session.request("artifact.register", scoped(params))["entity"])


def load_artifact(name_or_id: Union[str, UUID], version: Optional[str] = None) -> Any:
    """Loads an artifact version. Inside a step it is recorded as an input.

    Args:
        name_or_id: The artifact's name, or the version's id or the beginning of it.
        version: The version under the name; the one created last when None.

    Returns:
        The value.

    Raises:
        KeyError: There is none.
    """
    from headrace.responses.base import fetch

    return ArtifactVersionResponse(fetch("artifact_version", name_or_id, version)).load()


def log_artifact_metadata(
    metadata: Dict[str, Any], artifact_name: Optional[str] = None, artifact_version: Optional[str] = None
) -> None:
    """Logs metadata for an artifact version. Deprecated in ZenML in favour of `log_metadata`; it does the same.

    Args:
        metadata: Values by key.
        artifact_name: The artifact; inside a step the output of that name, and the only output when None.
        artifact_version: The version; the one created last when None.

    Raises:
        ValueError: No artifact is named, and there is no step with a single output.
    """
    from headrace.metadata import log_metadata, log_to, step_outputs

    if artifact_version is None and (artifact_name is None or artifact_name in step_outputs()):
        log_metadata(metadata, artifact_name=artifact_name, infer_artifact=True)
        return
    if artifact_name is None:
        raise ValueError("Artifact name must be provided where the version is.")
    from headrace.responses.base import fetch

    log_to("artifact_version", fetch("artifact_version", artifact_name, artifact_version)["id"], metadata)


def _deprecated_type(deprecated: Dict[str, Any]) -> Optional[ArtifactType]:
    known = {"is_model_artifact": ArtifactType.MODEL, "is_deployment_artifact": ArtifactType.SERVICE, "manual_save": None}
    chosen: List[ArtifactType] = []
    for key, value in deprecated.items():
        if key not in known:
            raise TypeError(f"save_artifact() got an unexpected keyword argument {key!r}")
        warnings.warn(f"save_artifact({key}=...) is deprecated.", DeprecationWarning, stacklevel=3)
        kind = known[key]
        if value and kind is not None:
            chosen.append(kind)
    if len(chosen) > 1:
        raise ValueError("Only one of is_model_artifact and is_deployment_artifact can be true.")
    return chosen[0] if chosen else None
