"""Values into payload folders and back: what steps, `save_artifact` and `Client` build on."""

from __future__ import annotations

import json
import logging
import os
import platform
import unicodedata
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Type, TypeVar, Union

from headrace.exceptions import MaterializerInterfaceError, StepInterfaceError
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.encoding import parse_json, small_json
from headrace.materializers.hashing import FoundFile, describe_files, find_files, find_texts, payload_digest
from headrace.materializers.registry import import_path, materializer_registry
from headrace.previews.plain import plain_json

__all__ = ["MaterializerChoice", "choose_materializer", "import_type", "load", "preview", "save"]

logger = logging.getLogger("headrace.materializers")

MaterializerChoice = Union[None, str, Type[BaseMaterializer], Sequence[Union[str, Type[BaseMaterializer]]]]

_FORMAT = 1
_LANGUAGE = "python"
_MANIFEST = "manifest.json"
_PREVIEW = "preview.json"
_JSON = "data.json"
#: Content of at most as many bytes goes into the answer (SMALL_CONTENT in src/core/manifest.ts).
_SMALL_CONTENT = 16_384
#: Longer values of metadata are left out (zenml-semantics §4.7).
_MOST_METADATA = 65_535
_MOST_PREVIEW = 256 << 10
#: Of at most as many bytes, the manifest holds it (SMALL_PREVIEW in src/core/manifest.ts).
_SMALL_PREVIEW = 4096
_LONGEST_NAME = 4096
#: What a materializer with `SMALL_AS_JSON` renders.
_JSON_VISUALIZATION = {"path": _JSON, "kind": "json"}
_VISUALIZATIONS = ("csv", "html", "image", "markdown", "json")

T = TypeVar("T")


def save(
    value: Any,
    folder: str,
    *,
    materializer: MaterializerChoice = None,
    metadata: bool = True,
    visualization: bool = True,
) -> Dict[str, Any]:
    """Writes a value, with its manifest and its preview, into a folder; a small one that is JSON into the answer instead.

    Args:
        value: Anything.
        folder: The payload folder; made when it is needed and isn't there.
        materializer: A class, its import path, or several of which the first that knows the type is taken; by default
            the one registered for the value's type.
        metadata: Whether to ask the materializer for metadata.
        visualization: Whether to make a preview and to ask the materializer for visualizations.

    Returns:
        The `Payload` of src/runtimes/protocol.ts.

    Raises:
        StepInterfaceError: The materializer doesn't handle the type, or several could.
        MaterializerInterfaceError: The materializer can't be imported, or wrote a file that Headrace needs for itself.
        OSError: The disk can't keep a file.
        Exception: Whatever the materializer's `save` raises. Failing metadata, previews and visualizations only warn.
    """
    type_ = choose_materializer(type(value), materializer)
    worker = type_(folder)
    text = None if os.path.exists(folder) else _small_text(type_, value)
    content: Optional[Dict[str, str]] = None if text is None else {_JSON: text}
    found = find_texts(content) if content is not None else _save_files(worker, value)
    size = sum(file.bytes for file in found)
    data_type, name = import_path(type(value)), import_path(type_)
    visualizations: List[Dict[str, str]] = []
    if visualization:
        visualizations = [_JSON_VISUALIZATION] if content is not None else _visualizations_of(worker, value)
    summary = _attempt("The summary", lambda: worker.summarize(value), type(value).__name__)
    extracted = _metadata_of(worker, value, size) if metadata else {}
    has_file = _in_folder(worker) if content is None else content.__contains__
    made = _preview_of(worker, value, visualizations, has_file) if visualization else b""
    # Last: large files are hashed and synced while the value is looked at.
    files = describe_files(found)
    manifest: Dict[str, Any] = {
        "format": _FORMAT,
        "type": str(getattr(type_.ASSOCIATED_ARTIFACT_TYPE, "value", type_.ASSOCIATED_ARTIFACT_TYPE)),
        "dataType": data_type,
        "materializer": name,
        "language": _LANGUAGE,
        "languageVersion": platform.python_version(),
        "digest": payload_digest(data_type, name, _LANGUAGE, files),
        "files": files,
        "summary": summary,
        "metadata": extracted,
        "visualizations": visualizations,
    }
    if 0 < len(made) <= _SMALL_PREVIEW:
        manifest["preview"] = json.loads(made)
    answer: Dict[str, Any] = {
        "folder": folder,
        "digest": manifest["digest"],
        "bytes": size,
        **{key: manifest[key] for key in ("type", "dataType", "materializer", "language", "summary", "metadata")},
    }
    described = _json_bytes(manifest)
    if content is not None:
        content[_MANIFEST] = described.decode("utf-8")
        if len(made) > _SMALL_PREVIEW:
            content[_PREVIEW] = made.decode("utf-8")
        return {**answer, "content": content}
    if len(made) > _SMALL_PREVIEW:
        _attempt("The preview", lambda: _write_bytes(worker.path_of(_PREVIEW), made), None)
    _write_bytes(worker.path_of(_MANIFEST), described)
    return answer


def _small_text(type_: Type[BaseMaterializer], value: Any) -> Optional[str]:
    """The JSON of a small value whose materializer writes nothing else; one that inherits from it may."""
    return small_json(value, _SMALL_CONTENT) if vars(type_).get("SMALL_AS_JSON", False) else None


def _save_files(worker: BaseMaterializer, value: Any) -> List[FoundFile]:
    os.makedirs(worker.uri, exist_ok=True)
    worker.save(value)
    _refuse_reserved_names(worker.uri, type(worker))
    files = find_files(worker.uri, worker._records)
    _refuse_unsafe_names([file.path for file in files], type(worker))
    return files


def load(reference: Mapping[str, Any], annotation: Any = None) -> Any:
    """Reads a value from its payload folder.

    Args:
        reference: `folder`, `materializer`, `dataType` and `language`, as in the `PayloadReference` of the protocol.
        annotation: What the reader expects; used as the type when the stored one can't be imported.

    Returns:
        The value; a copy of its own that may be changed.

    Raises:
        FileNotFoundError: The payload is gone.
        MaterializerInterfaceError: The materializer can't be imported, or only another language can read the payload.
    """
    content = reference.get("content")
    if content is not None:
        return parse_json(content[_JSON])
    folder = str(reference["folder"])
    # A registered artifact may be a single file.
    if not os.path.exists(folder):
        raise FileNotFoundError(
            f"The files of artifact {reference.get('artifact', '')!r} version {reference.get('version', '')!r} are gone: "
            f"{folder}. Run the step that makes it again."
        )
    if reference.get("language", _LANGUAGE) != _LANGUAGE:
        from headrace.materializers import node_payloads

        return node_payloads.load(reference, annotation)
    type_ = materializer_registry.resolve(str(reference["materializer"]))
    return type_(folder).load(_load_type(str(reference["dataType"]), annotation))


def preview(reference: Mapping[str, Any]) -> Dict[str, Any]:
    """The preview of a payload that was written without one; loads the value.

    Args:
        reference: As for `load`.

    Returns:
        A preview of src/core/preview.ts.
    """
    from headrace.previews import limits

    worker = materializer_registry.resolve(str(reference["materializer"]))(str(reference["folder"]))
    made = worker.preview(load(reference))
    _forget_missing_file(made, _in_folder(worker))
    return limits.fit(made, _MOST_PREVIEW)


def choose_materializer(kind: type, choice: MaterializerChoice) -> Type[BaseMaterializer]:
    """The materializer that writes values of a type.

    Raises:
        StepInterfaceError: None of the given ones handles the type.
    """
    if choice is None:
        return materializer_registry[kind]
    options = [choice] if isinstance(choice, (str, type)) else list(choice)
    resolved: List[Any] = [materializer_registry.resolve(o) if isinstance(o, str) else o for o in options]
    for type_ in resolved:
        if not (isinstance(type_, type) and issubclass(type_, BaseMaterializer)):
            raise MaterializerInterfaceError(f"{type_!r} is no materializer: it must be a subclass of BaseMaterializer.")
        if type_.can_save_type(kind):
            return type_
    names = ", ".join(type_.__name__ for type_ in resolved)
    known = ", ".join(sorted({known.__name__ for type_ in resolved for known in type_.ASSOCIATED_TYPES}))
    raise StepInterfaceError(
        f"A value of type {import_path(kind)!r} can't be written by {names}, which knows {known}. "
        f"Return one of these types, or name another materializer."
    )


def import_type(path: str) -> Optional[type]:
    """The class behind an import path; None when it can't be imported."""
    from headrace.materializers.registry import import_object

    try:
        found = import_object(path)
    except Exception:
        return None
    return found if isinstance(found, type) else None


def _load_type(path: str, annotation: Any) -> type:
    name = path.rpartition(".")[2]
    expected = annotation if isinstance(annotation, type) else None
    if expected is not None and expected.__name__ == name:
        return expected
    return import_type(path) or expected or object


def _refuse_reserved_names(folder: str, type_: type) -> None:
    for name in (_MANIFEST, _PREVIEW):
        if os.path.exists(os.path.join(folder, name)):
            raise MaterializerInterfaceError(
                f"{type_.__name__} wrote {name!r} at the top of the payload, where Headrace keeps its own. "
                f"Choose another name, or a folder below `self.uri`."
            )


def _refuse_unsafe_names(names: List[str], type_: type) -> None:
    """Payloads travel between systems: what is no file name on one of them is none here (src/artifacts/verification.ts)."""
    for name in names:
        if any(unicodedata.category(c) in ("Cc", "Cs") or c in "\\:" for c in name) or len(name) > _LONGEST_NAME:
            raise MaterializerInterfaceError(
                f"{type_.__name__} wrote a file called {name!r}. Names in a payload have no colon, backslash or control "
                f"character, and at most {_LONGEST_NAME} characters."
            )


def _metadata_of(worker: BaseMaterializer, value: Any, size: int) -> Dict[str, Any]:
    extracted: Dict[str, Any] = _attempt("Metadata", lambda: worker.extract_metadata(value), {}) or {}
    answer: Dict[str, Any] = {"storage_size": size}
    for key, item in extracted.items():
        plain = plain_json(item, _MOST_METADATA, _MOST_METADATA)
        if len(json.dumps(plain)) > _MOST_METADATA:
            logger.warning("Metadata %r is longer than %d characters and is left out.", str(key), _MOST_METADATA)
        else:
            answer[str(key)] = plain
    return answer


def _visualizations_of(worker: BaseMaterializer, value: Any) -> List[Dict[str, str]]:
    rendered: Dict[str, Any] = _attempt("A visualization", lambda: worker.save_visualizations(value), {}) or {}
    answer = []
    for path, kind in rendered.items():
        relative = os.path.relpath(os.path.abspath(path), os.path.abspath(worker.uri)).replace(os.sep, "/")
        kind_name = str(getattr(kind, "value", kind))
        if relative.startswith("../") or not os.path.isfile(path) or kind_name not in _VISUALIZATIONS:
            logger.warning("Visualization %r is left out: it must be a file below `self.uri` of a known kind.", path)
        else:
            answer.append({"path": relative, "kind": kind_name})
    return answer


def _preview_of(
    worker: BaseMaterializer, value: Any, visualizations: List[Dict[str, str]], has_file: Callable[[str], bool]
) -> bytes:
    """The preview as JSON; empty when none can be made."""
    from headrace.previews import limits, visualizations as rendered

    made = _attempt("The preview", lambda: worker.preview(value), None)
    if made is None or (made["kind"] == "opaque" and visualizations):
        made = _attempt("The preview", lambda: rendered.preview(worker.uri, visualizations), made)
    if made is None:
        return b""
    _forget_missing_file(made, has_file)
    return _attempt("The preview", lambda: _json_bytes(limits.fit(made, _MOST_PREVIEW)), b"")


def _in_folder(worker: BaseMaterializer) -> Callable[[str], bool]:
    return lambda name: os.path.isfile(worker.path_of(name))


def _forget_missing_file(made: Dict[str, Any], has_file: Callable[[str], bool]) -> None:
    """A preview made for a value by itself may name a file that this payload doesn't have."""
    named = made.get("file")
    if named is not None and not has_file(named):
        made["file"] = None


def _attempt(what: str, make: Callable[[], T], otherwise: T) -> T:
    """Looking at a value must never fail the step that made it."""
    try:
        return make()
    except Exception as error:
        logger.warning("%s of an artifact couldn't be made: %s: %s", what, type(error).__name__, error)
        return otherwise


def _json_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def _write_bytes(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
