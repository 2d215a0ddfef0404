"""Configuration from a YAML file, laid over what the code says (§2.5)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

from headrace import _session

if TYPE_CHECKING:
    from headrace.pipelines.configuration import PipelineConfiguration
    from headrace.pipelines.pipeline_definition import Pipeline
    from headrace.steps.configuration import StepConfiguration

__all__ = ["RunConfig", "read_config"]

_SWITCHES = ("enable_cache", "enable_artifact_metadata", "enable_artifact_visualization", "enable_step_logs")
_PIPELINE_KEYS = (
    *_SWITCHES,
    "enable_pipeline_logs",
    "model",
    "settings",
    "extra",
    "tags",
    "retry",
    "substitutions",
    "cache_policy",
    "execution_mode",
    "environment",
    "secrets",
)
_STEP_KEYS = (
    *_SWITCHES,
    "experiment_tracker",
    "step_operator",
    "model",
    "settings",
    "extra",
    "retry",
    "substitutions",
    "cache_policy",
    "environment",
    "secrets",
    "runtime",
    "heartbeat_healthy_threshold",
)
_HOOKS = {
    "failure_hook_source": "on_failure",
    "success_hook_source": "on_success",
    "init_hook_source": "on_init",
    "init_hook_kwargs": "on_init_kwargs",
    "cleanup_hook_source": "on_cleanup",
}
_ACCEPTED = ("build", "schedule", "unlisted", "enable_heartbeat")


@dataclass
class RunConfig:
    """What a YAML file, and ``with_options(steps=…)``, say about a run."""

    path: Optional[str] = None
    run_name: Optional[str] = None
    parameters: Dict[str, Any] = field(default_factory=dict)
    pipeline: Dict[str, Any] = field(default_factory=dict)
    steps: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    step_parameters: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    notices: List[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """How the origin of a value is shown: ``YAML configs/train.yaml``."""
        return f"YAML {self.path}" if self.path else "with_options"

    def over_pipeline(self, configuration: "PipelineConfiguration") -> "PipelineConfiguration":
        """The pipeline's configuration with the file's laid over it."""
        from headrace.steps.options import common_options

        return configuration.with_options(common_options(self.pipeline), merge=True)

    def over_step(self, invocation: str, configuration: "StepConfiguration") -> "StepConfiguration":
        """A step's configuration with the file's laid over it: its own entry, then the switches at the top (§2.5)."""
        if not self.path and invocation not in self.steps:
            return configuration
        from headrace.steps.options import common_options

        top = {key: self.pipeline.get(key) for key in _SWITCHES} if self.path else {}
        own = common_options(self.steps.get(invocation, {}))
        return configuration.with_options({**top, **own}, merge=True)

    def check_parameters(self, what: str, passed: Mapping[str, Any], configured: Mapping[str, Any]) -> None:
        """A parameter given in both places must have one value.

        Raises:
            RuntimeError: It has two.
        """
        conflicts = [
            f"`{name}` ({configured[name]!r} in the configuration, {value!r} in the call)"
            for name, value in passed.items()
            if name in configured and configured[name] != value
        ]
        if conflicts:
            raise RuntimeError(
                f"Configured parameter for the {what} conflict with parameter passed in runtime: {', '.join(conflicts)}. "
                "Give it in one place only, or the same value in both."
            )

    def unknown_invocations(self, known: Mapping[str, Any]) -> List[str]:
        """A notice for each configured step that the pipeline doesn't have."""
        named = dict.fromkeys([*self.steps, *self.step_parameters])
        return [
            f"The configuration names the step `{name}`, which is not in the pipeline."
            for name in named
            if name not in known
        ]


def read_config(pipeline: "Pipeline", config_path: Optional[str]) -> RunConfig:
    """The configuration of a run: from the file, and from ``with_options``.

    Args:
        pipeline: The pipeline with its options.
        config_path: A file that was named for this run; else the pipeline's own, if it has one.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It isn't what a configuration is.
    """
    options = pipeline._run_options
    path = config_path or options.config_path
    config = _from_mapping(_read(path), path) if path else RunConfig()
    for name, values in options.step_configurations.items():
        _take_step(config, name, _as_mapping(values, f"the configuration of step `{name}`"))
    return config


def _read(path: str) -> Mapping[str, Any]:
    params = {"path": os.path.abspath(path), "environment": _variables_in(path)}
    value = _session.request("config.read", params)["value"]
    return {} if value is None else _as_mapping(value, f"the configuration file {path}")


def _variables_in(path: str) -> Dict[str, str]:
    """The environment variables that the file refers to, as this process has them: a script may have set them itself."""
    try:
        with open(path, encoding="utf-8") as file:
            names = set(re.findall(r"\$\{([A-Za-z_]\w*)\}", file.read()))
    except (OSError, UnicodeDecodeError):
        # The engine says what is wrong with the file.
        return {}
    return {name: os.environ[name] for name in sorted(names) if name in os.environ}


def _from_mapping(values: Mapping[str, Any], path: str) -> RunConfig:
    config = RunConfig(path=path, run_name=values.get("run_name"))
    for key, value in values.items():
        if value is None or key == "run_name":
            continue
        if key == "parameters":
            config.parameters = dict(_as_mapping(value, "`parameters`"))
        elif key == "steps":
            for name, step in _as_mapping(value, "`steps`").items():
                _take_step(config, str(name), _as_mapping(step or {}, f"`steps.{name}`"))
        elif key in _PIPELINE_KEYS:
            config.pipeline[key] = value
        elif key in _HOOKS:
            config.pipeline[_HOOKS[key]] = _import_path(value) if key.endswith("_source") else value
        elif key in _ACCEPTED:
            config.notices.append(f"`{key}` in {path} has no meaning in Headrace and is ignored.")
        else:
            raise ValueError(f"{path} has an unknown key: `{key}`.")
    return config


def _take_step(config: RunConfig, name: str, values: Mapping[str, Any]) -> None:
    options = config.steps.setdefault(name, {})
    for key, value in values.items():
        if value is None or key in ("name", "outputs", "spec"):
            continue
        if key == "parameters":
            config.step_parameters.setdefault(name, {}).update(_as_mapping(value, f"`steps.{name}.parameters`"))
        elif key in _STEP_KEYS or key in ("on_failure", "on_success"):
            options[key] = value
        elif key in ("failure_hook_source", "success_hook_source"):
            options[_HOOKS[key]] = _import_path(value)
        else:
            raise ValueError(f"The configuration of step `{name}` has an unknown key: `{key}`.")


def _import_path(source: Any) -> Any:
    """Hooks are named by import path, or as ``{module, attribute}``."""
    if isinstance(source, Mapping):
        return ".".join(str(source[key]) for key in ("module", "attribute") if source.get(key))
    return source


def _as_mapping(value: Any, what: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        dumped: Mapping[str, Any] = {key: item for key, item in dump().items() if item}
        return dumped
    raise ValueError(f"{what[0].upper()}{what[1:]} must be a mapping of names to values, not {type(value).__name__}.")
