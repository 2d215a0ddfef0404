"""What `bulk_log_metadata` attaches metadata to."""

from __future__ import annotations

from typing import Optional, Union
from uuid import UUID

__all__ = [
    "ArtifactVersionIdentifier",
    "ModelVersionIdentifier",
    "PipelineRunIdentifier",
    "RunMetadataResource",
    "StepRunIdentifier",
]


class PipelineRunIdentifier:
    """A run by id, name or the beginning of either.

    Raises:
        ValueError: Not exactly one is given.
    """

    def __init__(self, id: Optional[UUID] = None, name: Optional[str] = None, prefix: Optional[str] = None) -> None:
        given = [one for one in (id, name, prefix) if one is not None]
        if len(given) != 1:
            raise ValueError("Exactly one of `id`, `name` and `prefix` identifies a run.")
        self.value = str(given[0])


class StepRunIdentifier:
    """A step run by id, or by its name and its run.

    Raises:
        ValueError: Neither is given.
    """

    def __init__(
        self,
        id: Optional[UUID] = None,
        name: Optional[str] = None,
        run: Optional[PipelineRunIdentifier] = None,
    ) -> None:
        if id is None and (name is None or run is None):
            raise ValueError("A step run is identified by `id`, or by `name` and `run`.")
        self.id = id
        self.name = name
        self.run = run


class _Versioned:
    def __init__(
        self, id: Optional[UUID] = None, name: Optional[str] = None, version: Optional[Union[str, int]] = None
    ) -> None:
        if id is None and (name is None or version is None):
            raise ValueError("A version is identified by `id`, or by `name` and `version`.")
        self.id = id
        self.name = name
        self.version = version


class ArtifactVersionIdentifier(_Versioned):
    """An artifact version by id, or by name and version."""


class ModelVersionIdentifier(_Versioned):
    """A model version by id, or by the model's name and the version."""


class RunMetadataResource:
    """An id and its kind, for `Client().create_run_metadata`."""

    def __init__(self, id: UUID, type: str) -> None:
        self.id = id
        self.type = type
