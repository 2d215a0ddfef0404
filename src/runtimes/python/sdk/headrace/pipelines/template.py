"""A YAML file that shows what can be configured for a pipeline and its steps (§2.5)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, Mapping, Optional, Tuple

from headrace import _annotations, _json
from headrace._trace import is_artifact

if TYPE_CHECKING:
    from headrace._compile import Traced
    from headrace._trace import Invocation
    from headrace.pipelines.configuration import PipelineConfiguration
    from headrace.steps.configuration import StepConfiguration

__all__ = ["configuration_template"]

_HEAD = """\
# Configuration of the pipeline `{name}`, for `with_options(config_path=...)` or `headrace run --config`.
# All of it is commented out, so that what the code says counts. Uncomment what is to count instead, with what stands above it.
"""
_HINTS = {
    "cache_policy": "default, no_cache, or a mapping such as {expires_after: 3600}",
    "environment": "variables while steps run",
    "execution_mode": "continue_on_failure, stop_on_failure or fail_fast",
    "extra": "anything; at hand in the pipeline context",
    "model": "{name, version, license, description, tags, …}",
    "retry": "{max_retries, delay, backoff}",
    "substitutions": "values of placeholders in names",
    "tags": "tags of each run",
}
_SWITCHES = ("enable_cache", "enable_artifact_metadata", "enable_artifact_visualization", "enable_step_logs")
_SHARED = ("cache_policy", "environment", "extra", "model", "retry", "settings", "substitutions")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))

Line = Tuple[int, str, Optional[str], str]


def configuration_template(found: "Traced") -> str:
    """The text of the file.

    Args:
        found: The pipeline, its function called once.

    Returns:
        YAML whose every option is commented out.
    """
    lines = [_HEAD.format(name=found.pipeline.name)]
    for depth, key, value, hint in _pipeline(found):
        text = f"# {'  ' * depth}{_key(key)}:{'' if value is None else f' {value}'}"
        lines.append(f"{text}  # {hint}" if hint else text)
    return "\n".join(lines) + "\n"


def _pipeline(found: "Traced") -> Iterator[Line]:
    options = found.configuration
    name = found.config.run_name or found.pipeline._run_options.run_name or f"{found.pipeline.name}-{{date}}-{{time}}"
    yield 0, "run_name", _value(name), ""
    for switch in _SWITCHES:
        yield 0, switch, _value(getattr(options, switch)), "true or false"
    yield from _shared(options, 0)
    yield 0, "execution_mode", _value(options.execution_mode or "continue_on_failure"), _HINTS["execution_mode"]
    yield 0, "tags", _value([str(tag) for tag in options.tags]), _HINTS["tags"]
    yield from _parameters(found.parameters, _types_of(found), 0)
    yield 0, "steps", None, ""
    for invocation in found.trace.invocations.values():
        yield from _step(invocation)


def _step(invocation: "Invocation") -> Iterator[Line]:
    yield 1, invocation.id, None, ""
    options = invocation.configuration
    for switch in _SWITCHES:
        yield 2, switch, _value(getattr(options, switch)), "true or false"
    yield from _shared(options, 2)
    definition = invocation.step.entrypoint_definition
    plain: Dict[str, Any] = {}
    for name in definition.inputs:
        value = invocation.given.get(name, options.parameters.get(name, definition.default_of(name)))
        if not is_artifact(value) and _json.is_json(value):
            plain[name] = value
    yield from _parameters(plain, definition.type_of, 2)


def _shared(options: "PipelineConfiguration | StepConfiguration", depth: int) -> Iterator[Line]:
    for name in _SHARED:
        yield depth, name, _value(getattr(options, name)), _HINTS.get(name, "")


def _parameters(values: Mapping[str, Any], type_of: Callable[[str], Any], depth: int) -> Iterator[Line]:
    if not values:
        return
    yield depth, "parameters", None, ""
    for name, value in values.items():
        shown = _annotations.show(type_of(name))
        yield depth + 1, name, _value(value), "" if shown in (None, "Any") else str(shown)


def _types_of(found: "Traced") -> Callable[[str], Any]:
    parameters = _annotations.signature_of(found.pipeline.entrypoint).parameters
    return lambda name: _annotations.resolve(parameters[name].annotation, found.pipeline.entrypoint)


def _value(value: Any) -> str:
    """A value as YAML, which JSON is; what has no such form, or isn't set, is null: that changes nothing."""
    dump = getattr(value, "model_dump", None)
    try:
        return json.dumps(_json.to_json(dump() if callable(dump) else value), ensure_ascii=False)
    except _json.NotJson:
        return "null"


def _key(name: str) -> str:
    plain = _PLAIN_KEY.fullmatch(name) is not None and name.lower() not in _WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)
