"""Values of artifact versions: into payload folders and out of them, on behalf of user code."""

from __future__ import annotations

from typing import Any, Dict, Optional

from headrace import _active, _session
from headrace.responses.base import related

__all__ = ["load_value", "write_value"]


def load_value(artifact_version_id: str, annotation: Any = None, *, input: Optional[str] = None) -> Any:
    """Loads an artifact version. Inside a step it is recorded as an input that the step took by itself.

    Args:
        artifact_version_id: The id.
        annotation: The type that is expected, where one is known.
        input: The parameter that a look-up in the pipeline's body was passed to; None when the step loads it by itself.

    Returns:
        The value.

    Raises:
        KeyError: There is no such artifact version.
        FileNotFoundError: Its files are gone.
    """
    from headrace.materializers import payload

    value = payload.load(related("artifact_version", artifact_version_id, "payload"), annotation)
    scope = _active.scope()
    if scope:
        named = {} if input is None else {"input": input}
        _session.request("artifact.loaded", {"artifactVersionId": artifact_version_id, "scope": scope, **named})
    return value


def write_value(value: Any, **options: Any) -> Dict[str, Any]:
    """Writes a value into a fresh payload folder.

    Args:
        value: Anything.
        **options: As `headrace.materializers.payload.save` takes them.

    Returns:
        The payload, as requests to the engine carry it.
    """
    from headrace.materializers import payload
    from headrace.responses.metadata import plain

    folder = _session.request("payload.prepare", {})["folder"]
    return payload.save(plain(value), folder, **options)

