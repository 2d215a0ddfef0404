"""Identifiers and times of the standard library, as JSON."""

from __future__ import annotations

import datetime
import os
import uuid
from typing import Any, ClassVar, Dict, Tuple, Type

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.pickles import dump_pickle, load_pickle
from headrace.metadata_types import MetadataType

__all__ = ["TimeMaterializer", "UUIDMaterializer"]


class UUIDMaterializer(BaseMaterializer):
    """A UUID as text."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (uuid.UUID,)

    def save(self, data: Any) -> None:
        with self.create_file("uuid.txt") as file:
            file.write(str(data).encode("ascii"))

    def load(self, data_type: Type[Any]) -> Any:
        with open(self.path_of("uuid.txt"), encoding="ascii") as file:
            return uuid.UUID(file.read())

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"string_representation": str(data)}

    def summarize(self, data: Any) -> str:
        return str(data)

    def preview(self, data: Any) -> Dict[str, Any]:
        return {"kind": "value", "type": "UUID", "text": str(data)}


class TimeMaterializer(BaseMaterializer):
    """Dates, times and durations as ISO text; those of subclasses and named time zones as a pickle."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
    )

    def save(self, data: Any) -> None:
        text = _text(data)
        exact = type(data) in self.ASSOCIATED_TYPES and not getattr(data, "fold", 0)
        if exact and type(getattr(data, "tzinfo", None)) in (type(None), datetime.timezone):
            with self.create_file("time.txt") as file:
                file.write(text.encode("ascii"))
        else:
            with self.create_file("time.pkl") as file:
                dump_pickle(data, file)

    def load(self, data_type: Type[Any]) -> Any:
        if os.path.exists(self.path_of("time.pkl")):
            return load_pickle(self.path_of("time.pkl"))
        with open(self.path_of("time.txt"), encoding="ascii") as file:
            text = file.read()
        if data_type is datetime.timedelta:
            days, seconds, microseconds = (int(part) for part in text.split())
            return datetime.timedelta(days, seconds, microseconds)
        return data_type.fromisoformat(text)

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"string_representation": str(data)}

    def summarize(self, data: Any) -> str:
        return str(data)

    def preview(self, data: Any) -> Dict[str, Any]:
        return {"kind": "value", "type": type(data).__name__, "text": str(data)}


def _text(data: Any) -> str:
    if isinstance(data, datetime.timedelta):
        return f"{data.days} {data.seconds} {data.microseconds}"
    return str(data.isoformat())
