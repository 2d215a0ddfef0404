"""Files that were registered where they lie (zenml-semantics §4.6)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, ClassVar, Tuple, Type

from headrace.enums import ArtifactType
from headrace.exceptions import MaterializerInterfaceError
from headrace.materializers.base import BaseMaterializer

__all__ = ["PreexistingDataMaterializer"]


class PreexistingDataMaterializer(BaseMaterializer):
    """Gives a path to a copy of the files, so that user code can't change the originals by accident."""

    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (Path,)
    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    SKIP_REGISTRATION: ClassVar[bool] = True

    def load(self, data_type: Type[Any]) -> Path:
        """Copies the file or the folder."""
        source = Path(self.uri)
        target = Path(tempfile.mkdtemp(prefix="headrace-")) / source.name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
        return target

    def save(self, data: Any) -> None:
        """Registered files are never written.

        Raises:
            MaterializerInterfaceError: Always.
        """
        raise MaterializerInterfaceError("Registered files are kept where they lie: use `register_artifact`.")
