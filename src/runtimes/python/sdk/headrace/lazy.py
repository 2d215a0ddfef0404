"""Look-ups in a pipeline's body that wait until a step starts (zenml-semantics §4.8).

Two kinds: chains of calls on `Client()`, which the worker replays, and references through a `Model`, which the engine
resolves. `lazy_spec()` gives each in the form of the pipeline spec.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Union
from uuid import UUID

from headrace.enums import StrEnum

__all__ = ["ClientLazyLoader", "LazyArtifactVersion", "LazyModelMetadata", "LazyRunMetadata", "replay"]

Link = Dict[str, Any]


class ClientLazyLoader:
    """A chain of calls, attributes and items that begins with a method of `Client` and is recorded, not executed."""

    def __init__(self, chain: Sequence[Link]) -> None:
        self._chain: List[Link] = list(chain)

    @classmethod
    def begin(cls, method: str, *args: Any, **kwargs: Any) -> "ClientLazyLoader":
        """The chain that consists of one call on `Client()`.

        Args:
            method: Name of the method.
            *args: Its positional arguments.
            **kwargs: Its keyword arguments.

        Returns:
            The chain.

        Raises:
            ValueError: An argument has no JSON form.
        """
        return cls([{"call": method, **_arguments(args, kwargs)}])

    def lazy_spec(self) -> Dict[str, Any]:
        """The chain as the pipeline spec holds it."""
        return {"lazy": "client-chain", "chain": list(self._chain), "summary": summary(self._chain)}

    def _then(self, link: Link) -> "ClientLazyLoader":
        return ClientLazyLoader([*self._chain, link])

    def __getattr__(self, name: str) -> "ClientLazyLoader":
        # Protocols (copying, pickling, notebooks) ask for underscored names and must not get a chain.
        if name.startswith("_"):
            raise AttributeError(name)
        return self._then({"attr": name})

    def __call__(self, *args: Any, **kwargs: Any) -> "ClientLazyLoader":
        return self._then({"call_result": True, **_arguments(args, kwargs)})

    def __getitem__(self, item: Any) -> "ClientLazyLoader":
        if isinstance(item, slice):
            return self._then({"slice": [item.start, item.stop, item.step]})
        return self._then({"item": _json(item)})

    def __iter__(self) -> Any:
        raise RuntimeError(
            f"`{summary(self._chain)}` is looked up when a step starts; it can't be iterated over in the pipeline's body. "
            "Pass it to a step and iterate there."
        )

    def __repr__(self) -> str:
        return f"<looked up when the step starts: {summary(self._chain)}>"


class LazyArtifactVersion:
    """An artifact version of a model version, looked up when the step that it is passed to starts."""

    def __init__(self, model: Optional[str], model_version: Union[str, int, None], name: str, version: Optional[str]) -> None:
        self._model = model
        self._model_version = model_version
        self._name = name
        self._version = version

    @property
    def run_metadata(self) -> "_LazyItems":
        """Its metadata; an item of it is looked up late, too."""
        return _LazyItems(lambda key: LazyRunMetadata(self._spec(key)))

    def lazy_spec(self) -> Dict[str, Any]:
        """The reference as the pipeline spec holds it."""
        return self._spec(None)

    def _spec(self, key: Optional[str]) -> Dict[str, Any]:
        return {
            "lazy": "model-artifact",
            "ref": {"model": self._model, "version": self._model_version},
            "artifact": self._name,
            "version": self._version,
            "metadataKey": key,
        }

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise RuntimeError(
            f"Cannot access artifact body before pipeline runs. Pass the artifact `{self._name}` to a step and use "
            f"`{name}` there."
        )

    def __repr__(self) -> str:
        return f"<looked up when the step starts: artifact {self._name!r} of model {self._model or 'of the run'!r}>"


class LazyRunMetadata:
    """A metadata value that is looked up when the step that it is passed to starts."""

    def __init__(self, spec: Dict[str, Any]) -> None:
        self._spec = spec

    def lazy_spec(self) -> Dict[str, Any]:
        """The reference as the pipeline spec holds it."""
        return dict(self._spec)

    @property
    def value(self) -> "LazyRunMetadata":
        """The same: values of old carried their content here."""
        return self


class LazyModelMetadata:
    """`model.run_metadata` in a pipeline's body: only `["key"]` means something there."""

    def __init__(self, model: Optional[str], version: Union[str, int, None]) -> None:
        self._ref = {"model": model, "version": version}

    def __getitem__(self, key: str) -> LazyRunMetadata:
        return LazyRunMetadata({"lazy": "model-metadata", "ref": dict(self._ref), "metadataKey": key})

    def __getattr__(self, name: str) -> Any:
        raise _only_items(name)

    def __iter__(self) -> Any:
        raise _only_items("__iter__")


class _LazyItems:
    def __init__(self, make: Any) -> None:
        self._make = make

    def __getitem__(self, key: str) -> LazyRunMetadata:
        found: LazyRunMetadata = self._make(key)
        return found

    def __getattr__(self, name: str) -> Any:
        raise _only_items(name)

    def __iter__(self) -> Any:
        raise _only_items("__iter__")


def _only_items(name: str) -> Exception:
    if name.startswith("__") and name != "__iter__":
        return AttributeError(name)
    return RuntimeError(
        "Cannot access run metadata directly before pipeline runs. Take one value, such as `run_metadata['accuracy']`, and "
        "pass it to a step."
    )


def replay(chain: Sequence[Link]) -> Any:
    """Does what a chain recorded.

    Args:
        chain: As `ClientLazyLoader.lazy_spec()` gave it.

    Returns:
        What the last link of the chain answers.

    Raises:
        ValueError: The chain doesn't begin with a call on `Client()`.
        Exception: Whatever a link raises, such as `KeyError` for what doesn't exist.
    """
    from headrace.client import Client
    from headrace.responses.metadata import plain

    if not chain or "call" not in chain[0]:
        raise ValueError("Invalid call chain.")
    value: Any = getattr(Client(), chain[0]["call"])(*chain[0]["args"], **chain[0]["kwargs"])
    for link in chain[1:]:
        if "attr" in link:
            value = getattr(value, link["attr"])
        elif "item" in link:
            value = value[link["item"]]
        elif "slice" in link:
            value = value[slice(*link["slice"])]
        elif "call_result" in link:
            value = value(*link["args"], **link["kwargs"])
        else:
            raise ValueError("Invalid call chain.")
    return plain(value)


def summary(chain: Sequence[Link]) -> str:
    """The chain as it was written, for people."""
    text = "Client()"
    for link in chain:
        if "call" in link:
            text += f".{link['call']}({_written(link)})"
        elif "attr" in link:
            text += f".{link['attr']}"
        elif "item" in link:
            text += f"[{link['item']!r}]"
        elif "slice" in link:
            text += "[" + ":".join("" if part is None else str(part) for part in link["slice"]) + "]"
        else:
            text += f"({_written(link)})"
    return text


def _written(link: Link) -> str:
    named = [f"{key}={value!r}" for key, value in link["kwargs"].items()]
    return ", ".join([repr(value) for value in link["args"]] + named)


def _arguments(args: Sequence[Any], kwargs: Dict[str, Any]) -> Dict[str, Any]:
    return {"args": [_json(value) for value in args], "kwargs": {key: _json(value) for key, value in kwargs.items()}}


def _json(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    raise ValueError(
        f"A value of type {type(value).__name__} can't be part of a look-up in a pipeline's body: only text, numbers and "
        "collections of them can wait until the step starts."
    )
