"""Everything that nothing else knows: pickles. They are loaded only by workers and the user's own processes."""

from __future__ import annotations

import logging
import os
import pickle
import sys
from typing import Any, ClassVar, Tuple, Type

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.hashing import HashingFile

__all__ = ["CloudpickleMaterializer", "PickleFileMaterializer", "dump_pickle", "load_pickle"]

logger = logging.getLogger("headrace.materializers")

_PROTOCOL = 5


def dump_pickle(value: Any, file: HashingFile) -> None:
    """Writes a pickle; with cloudpickle where it is installed, which knows functions and classes of scripts too.

    Raises:
        TypeError: The value can't be pickled; the message says what of it.
    """
    try:
        import cloudpickle
    except ImportError:
        dump = pickle.dump
    else:
        dump = cloudpickle.dump
    try:
        dump(value, file, protocol=_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        advice = "" if "cloudpickle" in sys.modules else " Installing cloudpickle lets more kinds of values be stored."
        raise TypeError(
            f"A value of type {type(value).__module__}.{type(value).__qualname__} can't be stored: {error}. "
            f"Return something that can be pickled, or define a materializer for the type.{advice}"
        ) from error


def load_pickle(path: str) -> Any:
    """Reads a pickle.

    Raises:
        ImportError: A module or class that the value needs isn't there; the message says which.
    """
    with open(path, "rb") as file:
        try:
            return pickle.load(file)
        except (ModuleNotFoundError, AttributeError) as error:
            raise ImportError(
                f"The stored value needs code that can't be imported here: {error}. Install the package, or run from the "
                f"folder that holds the module."
            ) from error


class PickleFileMaterializer(BaseMaterializer):
    """Base of the materializers that pickle."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (object,)
    SKIP_REGISTRATION: ClassVar[bool] = True

    def save(self, data: Any) -> None:
        with self.create_file("artifact.pkl") as file:
            dump_pickle(data, file)
        with self.create_file("python_version.txt") as file:
            file.write(_python_version().encode("ascii"))

    def load(self, data_type: Type[Any]) -> Any:
        self._compare_versions()
        return load_pickle(self.path_of("artifact.pkl"))

    def _compare_versions(self) -> None:
        path = self.path_of("python_version.txt")
        if not os.path.exists(path):
            return
        with open(path, encoding="ascii", errors="replace") as file:
            written = file.read(32).strip()
        if written != _python_version():
            logger.warning(
                "The artifact was pickled by Python %s and is loaded by Python %s, which may fail or change it.",
                written,
                _python_version(),
            )


class CloudpickleMaterializer(PickleFileMaterializer):
    """Any value, as a pickle."""

    SKIP_REGISTRATION: ClassVar[bool] = True


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
