"""Artifacts and their versions as answers."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Tuple
from uuid import UUID

from headrace.enums import ArtifactSaveType, ArtifactType, VisualizationType
from headrace.responses.base import Response, fetch
from headrace.source import Source

__all__ = ["ArtifactResponse", "ArtifactVersionResponse", "ArtifactVisualizationResponse"]


class ArtifactResponse(Response):
    """A name under which versions are kept."""

    kind = "artifact"
    _dumped = ("id", "name", "created", "updated", "has_custom_name", "tags", "latest_version_name", "latest_version_id")

    @property
    def has_custom_name(self) -> bool:
        """Whether somebody chose the name."""
        return bool(self._fields.get("customName"))

    @property
    def tags(self) -> List[Any]:
        """The tags."""
        return self._tags()

    @property
    def latest_version_name(self) -> Optional[str]:
        """The version that was created last; None when there is none."""
        return self._fields.get("latestVersion")

    @property
    def latest_version_id(self) -> Optional[UUID]:
        """Its id."""
        found = self._fields.get("latestVersionId")
        return UUID(found) if found else None

    @property
    def versions(self) -> Dict[str, "ArtifactVersionResponse"]:
        """All versions by version, newest created last."""
        found = self._once("versions", lambda: self._related("versions"))
        return {fields["version"]: ArtifactVersionResponse(fields) for fields in found}


class ArtifactVisualizationResponse:
    """A file that shows an artifact version."""

    def __init__(self, kind: str, path: str) -> None:
        self.type = VisualizationType(kind)
        self.uri = path

    def load(self) -> Any:
        """The content: bytes of an image, text of anything else."""
        if self.type is VisualizationType.IMAGE:
            with open(self.uri, "rb") as image:
                return image.read()
        with open(self.uri, encoding="utf-8") as text:
            return text.read()

    @property
    def value(self) -> Any:
        """The content, as `LoadedVisualization` has it."""
        return self.load()

    def __repr__(self) -> str:
        return f"ArtifactVisualizationResponse(type={self.type.value!r}, uri={self.uri!r})"


class ArtifactVersionResponse(Response):
    """One immutable payload under an artifact's name."""

    kind = "artifact_version"
    _dumped = (
        "id", "name", "version", "type", "save_type", "uri", "data_type", "materializer", "created", "tags", "run_metadata",
        "producer_step_run_id", "producer_pipeline_run_id",
    )  # fmt: skip

    @property
    def name(self) -> str:
        """The artifact's name."""
        return str(self._fields["artifact"])

    @property
    def artifact(self) -> ArtifactResponse:
        """The artifact."""
        found: ArtifactResponse = self._once(
            "artifact", lambda: ArtifactResponse(fetch("artifact", self._fields["artifactId"]))
        )
        return found

    @property
    def version(self) -> str:
        """The version; text, even where it is a number."""
        return str(self._fields["version"])

    @property
    def version_number(self) -> Optional[int]:
        """The version as a number, if it is one."""
        return self._fields.get("versionNumber")

    @property
    def type(self) -> ArtifactType:
        """What kind of thing it is."""
        return ArtifactType(self._fields["type"])

    @property
    def save_type(self) -> ArtifactSaveType:
        """How it came to be."""
        return ArtifactSaveType(self._fields["saveType"])

    @property
    def uri(self) -> str:
        """The folder that holds its files, or the path that was registered."""
        return str(self._fields.get("uri") or self._fields.get("folder") or "")

    @property
    def materializer(self) -> Source:
        """What wrote the files."""
        return Source.from_import_path(self._fields["materializer"])

    @property
    def data_type(self) -> Source:
        """The type of the value."""
        return Source.from_import_path(self._fields["dataType"])

    @property
    def content_hash(self) -> Optional[str]:
        """The digest of the files: equal files, equal digest."""
        return self._fields.get("digest") or None

    @property
    def item_count(self) -> Optional[int]:
        """How many items a container has, where that was measured."""
        length = self.run_metadata.get("length")
        return length if isinstance(length, int) else None

    @property
    def summary(self) -> str:
        """One line about the value, such as `ndarray (120, 4) float64`."""
        return str(self._fields.get("summary") or "")

    @property
    def tags(self) -> List[Any]:
        """The tags."""
        return self._tags()

    @property
    def run_metadata(self) -> Dict[str, Any]:
        """The metadata by key (zenml-semantics §4.7)."""
        return self._metadata()

    @property
    def artifact_store_id(self) -> Optional[UUID]:
        """The id of the folder that all payloads are in."""
        from headrace.responses.stack import active_stack

        found: UUID = active_stack().artifact_store.id
        return found

    @property
    def producer_step_run_id(self) -> Optional[UUID]:
        """The step run that made it; None when it was saved outside of runs."""
        found = self._fields.get("producerStepRunId")
        return UUID(found) if found else None

    @property
    def producer_pipeline_run_id(self) -> Optional[UUID]:
        """The run that made it; None when it was saved outside of runs."""
        found = self._fields.get("producerRunId")
        return UUID(found) if found else None

    @property
    def step(self) -> Any:
        """The step run that made it.

        Raises:
            RuntimeError: It was saved outside of runs, or its run was deleted.
        """
        from headrace.responses.steps import StepRunResponse

        return self._producer("producerStepRunId", "step_run", StepRunResponse)

    @property
    def run(self) -> Any:
        """The run that made it.

        Raises:
            RuntimeError: It was saved outside of runs, or its run was deleted.
        """
        from headrace.responses.runs import PipelineRunResponse

        return self._producer("producerRunId", "run", PipelineRunResponse)

    def _producer(self, field: str, kind: str, response: Any) -> Any:
        key = self._fields.get(field)
        try:
            if key:
                return self._once(field, lambda: response(fetch(kind, key)))
        except KeyError:
            pass
        raise RuntimeError(
            f"The run that produced the artifact with id '{self.id}' no longer exists. It was deleted, or the artifact "
            "was saved outside of a run."
        )

    @property
    def visualizations(self) -> List[ArtifactVisualizationResponse]:
        """Files that show it, as its materializer rendered them."""
        found = self._once("visualizations", lambda: self._related("visualizations"))
        return [ArtifactVisualizationResponse(one["kind"], one["file"]) for one in found]

    @property
    def pipeline_runs(self) -> List[Any]:
        """Runs that have it as an input or as an output."""
        from headrace.responses.runs import PipelineRunResponse

        return [PipelineRunResponse(fields) for fields in self._once("runs", lambda: self._related("runs"))]

    def load(self, disable_cache: bool = False) -> Any:
        """Loads the value. Inside a step this is recorded as an input of the step.

        Args:
            disable_cache: Accepted for compatibility: nothing is cached in memory.

        Returns:
            A fresh copy of the value.
        """
        from headrace.artifacts.payload import load_value

        return load_value(str(self.id))

    def read(self) -> Any:
        """Loads the value, under the name that older versions had."""
        return self.load()

    def download_files(self, path: str, overwrite: bool = False) -> None:
        """Writes the files into a zip archive.

        Args:
            path: Where the archive goes; ends in `.zip`.
            overwrite: Whether an existing file may be replaced.

        Raises:
            ValueError: The path is no zip file's.
            FileExistsError: There is a file already.
        """
        import zipfile

        if not path.endswith(".zip"):
            raise ValueError("The path should end with '.zip'.")
        if not overwrite and os.path.exists(path):
            raise FileExistsError(f"File '{path}' already exists and `overwrite` is set to `False`.")
        reference = self._related("payload")
        folder, files = reference["folder"], reference["files"]
        if self.save_type is ArtifactSaveType.PREEXISTING:
            folder, files = _registered_files(folder)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(os.path.join(folder, *file.split("/")), file)

    def visualize(self, title: Optional[str] = None) -> None:
        """Shows it in a notebook. Elsewhere a line of the log says where to look.

        Args:
            title: A heading.
        """
        from headrace.artifacts.visualize import visualize

        visualize(self, title)

    def __repr__(self) -> str:
        return f"ArtifactVersionResponse(id={str(self.id)!r}, name={self.name!r}, version={self.version!r})"


def _registered_files(path: str) -> Tuple[str, List[str]]:
    """A folder and the files in it, relative and with `/`; for a file the folder that it is in."""
    if os.path.isfile(path):
        return os.path.split(path)[0], [os.path.basename(path)]
    found = [os.path.relpath(os.path.join(top, name), path) for top, _, names in os.walk(path) for name in names]
    return path, sorted(file.replace(os.sep, "/") for file in found)
