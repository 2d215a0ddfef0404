"""Payloads that TypeScript wrote, by their files: JSON, arrays, tables, bytes and images."""

from __future__ import annotations

import datetime
import json
import os
from typing import Any, Callable, Dict, List, Mapping, Optional

from headrace.exceptions import MaterializerInterfaceError
from headrace.materializers.encoding import TAG, decode

__all__ = ["load"]

_OWN = ("manifest.json", "preview.json", "visualizations")
_IMAGES = ("data.png", "data.jpg")


def load(reference: Mapping[str, Any], annotation: Any = None) -> Any:
    """Reads a value that a step in TypeScript returned.

    Args:
        reference: `folder`, `materializer` and `dataType`, as in the `PayloadReference` of the protocol.
        annotation: What the reader expects: arrays, tables and images take the form of it.

    Raises:
        MaterializerInterfaceError: Only TypeScript can read it, or a package that reads it is missing.
    """
    folder = str(reference["folder"])
    files = sorted(name for name in os.listdir(folder) if name not in _OWN)
    if len(files) != 1 or files[0] not in _READERS:
        raise MaterializerInterfaceError(
            f"The artifact was written by TypeScript as {reference['dataType']} ({reference['materializer']}), which "
            "Python can't read. Return JSON values, typed arrays, an NdArray, bytes or an Arrow table from that step."
        )
    value = _READERS[files[0]](os.path.join(folder, files[0]))
    return _as_expected(value, annotation, image=files[0] in _IMAGES)


def _array(path: str) -> Any:
    return _package("numpy").load(path, allow_pickle=False)


def _table(path: str) -> Any:
    ipc = _package("pyarrow.ipc", "pyarrow")
    with ipc.open_file(path) as file:
        return file.read_all()


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _json(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file, object_hook=_decoded)


def _decoded(value: Dict[str, Any]) -> Any:
    """What both languages write is in `encoding`; this is what TypeScript has besides, or is looser about."""
    known = _DECODERS.get(str(value.get(TAG)))
    return known(value) if known is not None else decode(value)


def _typed_array(value: Dict[str, Any]) -> Any:
    data = decode({TAG: "bytes", "base64": value["base64"]})
    array = _package("numpy").frombuffer(data, dtype=value["dtype"]).copy()
    return array.reshape(value["shape"]) if "shape" in value else array


_READERS: Dict[str, Callable[[str], Any]] = {
    "data.json": _json,
    "data.npy": _array,
    "data.arrow": _table,
    "data.bin": _bytes,
    "data.png": _bytes,
    "data.jpg": _bytes,
}

_DECODERS: Dict[str, Callable[[Dict[str, Any]], Any]] = {
    "undefined": lambda _value: None,
    "bigint": lambda value: int(value["value"]),
    "url": lambda value: value["value"],
    # The class is one of TypeScript's: what its `toJSON` gave is what there is of it.
    "instance": lambda value: value["value"],
    "array": _typed_array,
    "dict": lambda value: _dictionary(value["items"]),
    "set": lambda value: _set(value["items"]),
}


def _dictionary(items: List[Any]) -> Any:
    try:
        return {key: item for key, item in items}
    except TypeError:
        # Objects may be keys there, but dictionaries not here.
        return [(key, item) for key, item in items]


def _set(items: List[Any]) -> Any:
    try:
        return set(items)
    except TypeError:
        return items


def _as_expected(value: Any, annotation: Any, *, image: bool) -> Any:
    """Arrays, tables and images in the form that the step's annotation names."""
    module, _, name = f"{getattr(annotation, '__module__', '')}.{getattr(annotation, '__name__', '')}".rpartition(".")
    library = module.partition(".")[0]
    if image and library == "PIL":
        return _image(value)
    if library == "numpy" and name == "ndarray" and isinstance(value, (list, tuple)):
        return _package("numpy").asarray(value)
    if annotation is list and hasattr(value, "tolist"):
        return value.tolist()
    if library == "pandas" and name == "DataFrame":
        return value.to_pandas() if hasattr(value, "to_pandas") else _package("pandas").DataFrame(value)
    if library == "pandas" and name == "Series":
        return _package("pandas").Series(value)
    if library == "polars" and name == "DataFrame":
        return _package("polars").DataFrame(value)
    if annotation is datetime.datetime and isinstance(value, str):
        return datetime.datetime.fromisoformat(value)
    return value


def _image(data: bytes) -> Any:
    import io

    with _package("PIL.Image", "Pillow").open(io.BytesIO(data)) as image:
        image.load()
        return image.copy()


def _package(module: str, distribution: Optional[str] = None) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = distribution or module
        raise MaterializerInterfaceError(
            f"The artifact was written by TypeScript; reading it needs {name}, which isn't installed. "
            f"Install it with `pip install {name}`."
        ) from error
