"""Dictionaries, lists, tuples and sets, of anything."""

from __future__ import annotations

import os
from typing import Any, ClassVar, Dict, List, Tuple, Type

from headrace.enums import ArtifactType, VisualizationType
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.encoding import TAG, CyclicValueError, read_json, write_json
from headrace.materializers.pickles import CloudpickleMaterializer, dump_pickle, load_pickle
from headrace.materializers.registry import import_path, materializer_registry
from headrace.metadata_types import MetadataType

__all__ = ["BuiltInContainerMaterializer"]

#: A container with more elements that need a folder of their own is better off as one file.
_MOST_FOLDERS = 1000
_PICKLED = "elements.pkl"
_WHOLE = "data.pkl"


class BuiltInContainerMaterializer(BaseMaterializer):
    """Containers as `data.json`, in which keys that are no text, tuples and sets survive at any depth.

    Elements that JSON can't hold are written by their own materializers into numbered folders beside it; those that
    could only be pickled share one file, so that an object that occurs twice is still one object afterwards.
    """

    SMALL_AS_JSON: ClassVar[bool] = True
    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.BASE
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (dict, list, tuple, set, frozenset)

    def save(self, data: Any) -> None:
        elements = _Elements(self)
        try:
            with self.create_file("data.json") as file:
                write_json(file, data, elements.encode)
        except (CyclicValueError, RecursionError):
            self._save_whole(data)
            return
        elements.finish()

    def _save_whole(self, data: Any) -> None:
        for name in os.listdir(self.uri):
            path = self.path_of(name)
            if os.path.isdir(path):
                self.artifact_store.rmtree(path)
            else:
                os.remove(path)
        with self.create_file(_WHOLE) as file:
            dump_pickle(data, file)

    def load(self, data_type: Type[Any]) -> Any:
        if os.path.exists(self.path_of(_WHOLE)):
            return load_pickle(self.path_of(_WHOLE))
        return read_json(self.path_of("data.json"), _Loader(self).decode)

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"length": len(data)}

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        path = self.path_of("data.json")
        alone = [name for name in os.listdir(self.uri) if name not in ("manifest.json", "preview.json")] == ["data.json"]
        return {path: VisualizationType.JSON} if alone else {}


class _Elements:
    """Writes the elements that JSON can't hold."""

    def __init__(self, parent: BuiltInContainerMaterializer) -> None:
        self._parent = parent
        self._folders = 0
        self._pickled: List[Any] = []
        self._position: Dict[int, int] = {}

    def encode(self, value: Any) -> Any:
        type_ = materializer_registry[type(value)]
        ours = type_.__module__.startswith("headrace.")
        if type_ is CloudpickleMaterializer or (ours and self._folders >= _MOST_FOLDERS):
            return {TAG: "pickled", "index": self._pickle(value)}
        name = str(self._folders)
        self._folders += 1
        folder = self._parent.path_of(name)
        os.mkdir(folder)
        child = type_(folder)
        child.save(value)
        self._parent._records.update(child._records)
        return {TAG: "payload", "path": name, "dataType": import_path(type(value)), "materializer": import_path(type_)}

    def _pickle(self, value: Any) -> int:
        index = self._position.get(id(value))
        if index is None:
            index = self._position[id(value)] = len(self._pickled)
            self._pickled.append(value)
        return index

    def finish(self) -> None:
        if self._pickled:
            with self._parent.create_file(_PICKLED) as file:
                dump_pickle(self._pickled, file)


class _Loader:
    """Reads those elements back; the shared pickle once."""

    def __init__(self, parent: BuiltInContainerMaterializer) -> None:
        self._parent = parent
        self._pickled: Any = None

    def decode(self, value: Dict[str, Any]) -> Any:
        if value[TAG] == "pickled":
            if self._pickled is None:
                self._pickled = load_pickle(self._parent.path_of(_PICKLED))
            return self._pickled[value["index"]]
        if value[TAG] != "payload":
            raise ValueError(f"Unknown encoding {value[TAG]!r}: the payload was written by a newer version of Headrace.")
        path = str(value["path"])
        if not path.isdigit():
            raise ValueError(f"The payload names a folder outside itself: {path!r}.")
        from headrace.materializers.payload import import_type

        type_ = materializer_registry.resolve(value["materializer"])
        return type_(self._parent.path_of(path)).load(import_type(value["dataType"]) or object)
