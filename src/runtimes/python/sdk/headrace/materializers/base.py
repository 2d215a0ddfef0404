"""The base of all materializers, built-in and user-defined (zenml-semantics §5.3)."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import Any, ClassVar, Dict, Iterator, Optional, Tuple, Type

from headrace.enums import ArtifactType, VisualizationType
from headrace.exceptions import MaterializerInterfaceError
from headrace.materializers.artifact_store import ArtifactStore
from headrace.materializers.artifact_store import artifact_store as _local
from headrace.materializers.hashing import FileRecord, HashingFile, find_files
from headrace.materializers.registry import materializer_registry
from headrace.metadata_types import MetadataType, StorageSize

__all__ = ["BaseMaterializer", "BaseMaterializerMeta"]


class BaseMaterializerMeta(type):
    """Checks materializer classes when they are defined, and registers them for their types."""

    def __new__(mcs, name: str, bases: Tuple[type, ...], members: Dict[str, Any]) -> "BaseMaterializerMeta":
        if "__module__" not in members:
            # A class made by calling `type` belongs to the caller, not to this module.
            members = {**members, "__module__": sys._getframe(1).f_globals.get("__name__", __name__)}
        cls = super().__new__(mcs, name, bases, members)
        if members.get("SKIP_REGISTRATION", False):
            # Not inherited: a class below a skipped one is registered again.
            cls.SKIP_REGISTRATION = False  # type: ignore[attr-defined]
            return cls
        _check(cls)
        materializer_registry.remember(cls)  # type: ignore[arg-type]
        for associated in cls.ASSOCIATED_TYPES:  # type: ignore[attr-defined]
            materializer_registry.register_materializer_type(associated, cls)  # type: ignore[arg-type]
        return cls


def _check(cls: Any) -> None:
    if not cls.ASSOCIATED_TYPES:
        raise MaterializerInterfaceError(
            f"Invalid materializer class '{cls.__name__}'. When creating a custom materializer, make sure to specify "
            f"at least one type in its ASSOCIATED_TYPES class variable."
        )
    for associated in cls.ASSOCIATED_TYPES:
        if not isinstance(associated, type):
            raise MaterializerInterfaceError(
                f"Associated type {associated} for materializer {cls.__name__} is not a class."
            )
    try:
        cls.ASSOCIATED_ARTIFACT_TYPE = ArtifactType(cls.ASSOCIATED_ARTIFACT_TYPE)
    except ValueError:
        raise MaterializerInterfaceError(
            f"Invalid materializer class '{cls.__name__}'. Its ASSOCIATED_ARTIFACT_TYPE must be one of "
            f"{', '.join(ArtifactType.names())}, not {cls.ASSOCIATED_ARTIFACT_TYPE!r}."
        ) from None


class BaseMaterializer(metaclass=BaseMaterializerMeta):
    """Writes values of some types into a folder and reads them back.

    Subclasses set `ASSOCIATED_TYPES` and override `save` and `load`; `extract_metadata` and `save_visualizations` when
    there is something to tell. Defining a subclass registers it, unless it says `SKIP_REGISTRATION = True`.

    Args:
        uri: The folder of the payload.
        artifact_store: File functions; the local ones when not given.
    """

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.BASE
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = ()
    SKIP_REGISTRATION: ClassVar[bool] = True

    #: File functions: `open`, `exists`, `makedirs`, …
    artifact_store: ArtifactStore = _local

    def __init__(self, uri: str, artifact_store: Optional[ArtifactStore] = None) -> None:
        self.uri = uri
        if artifact_store is not None:
            self.artifact_store = artifact_store

    # ── what subclasses override ────────────────────────────────────────────────────────────────────────────────────

    def load(self, data_type: Type[Any]) -> Any:
        """Reads the value back from `self.uri`. `data_type` is the type that was saved."""
        return None

    def save(self, data: Any) -> None:
        """Writes the value into `self.uri`."""

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        """Writes renderings of the value into `self.uri`; answers their paths and formats."""
        return {}

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        """Facts about the value, shown beside the artifact."""
        return {}

    def compute_content_hash(self, data: Any) -> Optional[str]:
        """Has no effect: the digest is computed from the payload's files."""
        return None

    def get_item_count(self, data: Any) -> Optional[int]:
        """How many items the value has, when it can be loaded item by item."""
        return None

    def load_item(self, data_type: Type[Any], index: int) -> Any:
        """One item of the value. Loads it whole unless a subclass knows better."""
        return self.load(data_type)[index]

    # ── what Headrace's own materializers add ───────────────────────────────────────────────────────────────────────

    def summarize(self, data: Any) -> str:
        """One line for lists."""
        from headrace.previews import summarize

        return summarize(data)

    def preview(self, data: Any) -> Dict[str, Any]:
        """What `preview.json` holds (src/core/preview.ts)."""
        from headrace.previews import preview_value

        return preview_value(data)

    def create_file(self, name: str) -> HashingFile:
        """Opens a file of the payload for writing whose digest is computed on the way."""
        return HashingFile(self.path_of(name), self._records)

    def path_of(self, name: str) -> str:
        """The path of one of the payload's files."""
        return os.path.join(self.uri, name)

    @property
    def _records(self) -> Dict[str, FileRecord]:
        # Made when asked for: a subclass whose __init__ forgot super().__init__() still works.
        records: Dict[str, FileRecord] = self.__dict__.setdefault("_hashes", {})
        return records

    # ── what callers use ────────────────────────────────────────────────────────────────────────────────────────────

    def validate_save_type_compatibility(self, data_type: Type[Any]) -> None:
        """Checks that values of a type can be written.

        Raises:
            TypeError: They can't.
        """
        self._validate(data_type)

    def validate_load_type_compatibility(self, data_type: Type[Any]) -> None:
        """Checks that values of a type can be read.

        Raises:
            TypeError: They can't.
        """
        self._validate(data_type)

    def _validate(self, data_type: Type[Any]) -> None:
        if not self.can_save_type(data_type):
            raise TypeError(
                f"Unable to handle type {data_type}. {self.__class__.__name__} can only read/write artifacts of the "
                f"following types: {self.ASSOCIATED_TYPES}."
            )

    @classmethod
    def can_save_type(cls, data_type: Type[Any]) -> bool:
        """Whether values of a type can be written."""
        return any(issubclass(data_type, associated) for associated in cls.ASSOCIATED_TYPES)

    @classmethod
    def can_load_type(cls, data_type: Type[Any]) -> bool:
        """Whether values of a type can be read."""
        return cls.can_save_type(data_type)

    @classmethod
    def can_handle_type(cls, data_type: Type[Any]) -> bool:
        """Whether values of a type can be written and read."""
        return cls.can_save_type(data_type)

    def extract_full_metadata(self, data: Any) -> Dict[str, MetadataType]:
        """The metadata of the value, and the size of its files as `storage_size`."""
        files = find_files(self.uri, self._records)
        return {"storage_size": StorageSize(sum(file.bytes for file in files)), **self.extract_metadata(data)}

    @contextmanager
    def get_temporary_directory(
        self, delete_at_exit: bool = False, delete_after_step_execution: bool = True
    ) -> Iterator[str]:
        """A folder for intermediate files, removed when the `with` block ends if `delete_at_exit` says so."""
        import shutil
        import tempfile

        folder = tempfile.mkdtemp(prefix="headrace-")
        try:
            yield folder
        finally:
            if delete_at_exit:
                shutil.rmtree(folder, ignore_errors=True)
