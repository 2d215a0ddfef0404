"""Metadata of runs, steps, artifact versions and model versions (zenml-semantics §4.7)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Union
from uuid import UUID

from headrace import _active, _session
from headrace.model_utils import log_model_metadata
from headrace.responses.base import fetch, related, scoped

if TYPE_CHECKING:
    from headrace.identifiers import (
        ArtifactVersionIdentifier,
        ModelVersionIdentifier,
        PipelineRunIdentifier,
        StepRunIdentifier,
    )

__all__ = ["bulk_log_metadata", "log_metadata", "log_model_metadata", "log_step_metadata"]

logger = logging.getLogger("headrace")


def log_metadata(
    metadata: Dict[str, Any],
    step_id: Optional[UUID] = None,
    step_name: Optional[str] = None,
    run_id_name_or_prefix: Optional[Union[UUID, str]] = None,
    artifact_version_id: Optional[UUID] = None,
    artifact_name: Optional[str] = None,
    artifact_version: Optional[Union[str, int]] = None,
    model_version_id: Optional[UUID] = None,
    model_name: Optional[str] = None,
    model_version: Optional[Any] = None,
    infer_model: bool = False,
    infer_artifact: bool = False,
) -> None:
    """Logs metadata.

    Without anything but values it goes to the step that is running. Otherwise exactly one thing is named: a step
    (`step_id`, or `step_name` with `run_id_name_or_prefix`), a run (`run_id_name_or_prefix`), an artifact version
    (`artifact_version_id`; `artifact_name` with `artifact_version`, or without for the output of the running step or else the
    latest; `infer_artifact` for the only output), or a model version (`model_version_id`; `model_name` with `model_version`;
    `infer_model` for the running step's).

    Args:
        metadata: Values by key.
        step_id: A step run.
        step_name: An invocation in the run.
        run_id_name_or_prefix: A run.
        artifact_version_id: An artifact version.
        artifact_name: An artifact, or an output of the running step.
        artifact_version: Its version.
        model_version_id: A model version.
        model_name: A model.
        model_version: Its version.
        infer_model: The model version of the running step.
        infer_artifact: An output of the running step.

    Raises:
        ValueError: The combination means nothing, or there is no running step to infer from.
        KeyError: There is no such thing.
    """
    given = {
        key: value
        for key, value in (
            ("step_id", step_id), ("step_name", step_name), ("run", run_id_name_or_prefix),
            ("artifact_version_id", artifact_version_id), ("artifact_name", artifact_name),
            ("artifact_version", artifact_version), ("model_version_id", model_version_id), ("model_name", model_name),
            ("model_version", model_version), ("infer_model", infer_model or None), ("infer_artifact", infer_artifact or None),
        )
        if value is not None
    }  # fmt: skip
    names = frozenset(given)
    if not names:
        step = _step("No step is running to log metadata for: name what it is for.")
        log_to("step_run", step.step_run_id, metadata)
    elif names == {"step_id"}:
        log_to("step_run", str(step_id), metadata)
    elif names == {"step_name", "run"}:
        log_to("step_run", _step_run_id(run_id_name_or_prefix, str(step_name)), metadata)
    elif names == {"run"}:
        log_to("run", fetch("run", run_id_name_or_prefix)["id"], metadata)
    elif names == {"artifact_version_id"}:
        log_to("artifact_version", str(artifact_version_id), metadata)
    elif names == {"artifact_name", "artifact_version"}:
        log_to("artifact_version", fetch("artifact_version", artifact_name, artifact_version)["id"], metadata)
    elif names == {"infer_artifact"} or names == {"infer_artifact", "artifact_name"}:
        _log_to_output(metadata, artifact_name)
    elif names == {"artifact_name"}:
        _log_to_output_or_latest(metadata, str(artifact_name))
    elif names == {"model_version_id"}:
        log_to("model_version", str(model_version_id), metadata)
    elif names == {"model_name", "model_version"}:
        log_to("model_version", fetch("model_version", model_name, model_version)["id"], metadata)
    elif names == {"infer_model"}:
        log_to("model_version", _model_version_id(), metadata)
    else:
        raise ValueError(
            "Unsupported way to call the `log_metadata`. Possible combinations of arguments: none (inside a step), `step_id`, "
            "`step_name` + `run_id_name_or_prefix`, `run_id_name_or_prefix`, `artifact_version_id`, "
            "`artifact_name` + `artifact_version`, `artifact_name`, `infer_artifact`, `model_version_id`, "
            f"`model_name` + `model_version`, `infer_model`. Got: {', '.join(sorted(names))}."
        )


def bulk_log_metadata(
    metadata: Dict[str, Any],
    pipeline_runs: Optional[Sequence["PipelineRunIdentifier"]] = None,
    step_runs: Optional[Sequence["StepRunIdentifier"]] = None,
    artifact_versions: Optional[Sequence["ArtifactVersionIdentifier"]] = None,
    model_versions: Optional[Sequence["ModelVersionIdentifier"]] = None,
    infer_models: bool = False,
    infer_artifacts: bool = False,
) -> None:
    """Logs the same metadata for several things.

    Args:
        metadata: Values by key.
        pipeline_runs: Runs.
        step_runs: Step runs.
        artifact_versions: Artifact versions.
        model_versions: Model versions.
        infer_models: The model version of the running step.
        infer_artifacts: All outputs of the running step.

    Raises:
        ValueError: Nothing is named, or there is no running step to infer from.
        KeyError: There is no such thing.
    """
    if not metadata:
        raise ValueError("You must provide metadata to log.")
    if not any((pipeline_runs, step_runs, artifact_versions, model_versions, infer_models, infer_artifacts)):
        raise ValueError("You must select at least one entity to log metadata to.")
    if infer_models or infer_artifacts:
        _step("Infer options can be used only within a step function code.")
    for run in pipeline_runs or ():
        log_to("run", fetch("run", run.value)["id"], metadata)
    for step in step_runs or ():
        if step.id is not None:
            log_to("step_run", str(step.id), metadata)
        elif step.run is not None and step.name is not None:
            log_to("step_run", _step_run_id(step.run.value, step.name), metadata)
    for kind, versions in (("artifact_version", artifact_versions or ()), ("model_version", model_versions or ())):
        for one in versions:
            found = str(one.id) if one.id is not None else fetch(kind, one.name, one.version)["id"]
            log_to(kind, found, metadata)
    if infer_models:
        log_to("model_version", _model_version_id(), metadata)
    if infer_artifacts:
        for name in step_outputs():
            _log_to_output(metadata, name)


def log_step_metadata(
    metadata: Dict[str, Any],
    step_name: Optional[str] = None,
    pipeline_name_id_or_prefix: Optional[Union[str, UUID]] = None,
    run_id: Optional[str] = None,
) -> None:
    """Logs metadata for a step run. Deprecated in ZenML in favour of `log_metadata`; it does the same.

    Args:
        metadata: Values by key.
        step_name: The invocation; the running step when None.
        pipeline_name_id_or_prefix: The pipeline, whose newest run is meant.
        run_id: The run, instead.

    Raises:
        ValueError: A step is named without a run or a pipeline, or nothing is named and no step is running.
    """
    if step_name is None:
        log_metadata(metadata)
        return
    if run_id is None and pipeline_name_id_or_prefix is not None:
        from headrace.client import Client

        run_id = str(Client().get_pipeline(pipeline_name_id_or_prefix).last_run.id)
    if run_id is None:
        raise ValueError("Name the pipeline or the run that the step belongs to.")
    log_metadata(metadata, step_name=step_name, run_id_name_or_prefix=run_id)


def log_to(target: str, id: str, metadata: Dict[str, Any]) -> None:
    """Logs metadata for one thing at once; values that can't be stored are left out with a warning.

    Args:
        target: `run`, `step_run`, `artifact_version` or `model_version`.
        id: Its id.
        metadata: Values by key.

    Raises:
        KeyError: There is no such thing.
    """
    params = {"target": target, "targetId": id, "values": checked(metadata)}
    for line in _session.request("metadata.log", scoped(params))["skipped"]:
        logger.warning("%s", line)


def checked(metadata: Dict[str, Any]) -> Dict[str, Any]:
    """The values that metadata can hold, in their JSON form; others are left out with a warning."""
    kept: Dict[str, Any] = {}
    for key, value in metadata.items():
        try:
            kept[str(key)] = _json(value)
        except TypeError as error:
            logger.warning("Metadata `%s` is left out: %s.", key, error)
    return kept


def step_outputs() -> List[str]:
    """Names of the running step's outputs; none outside of steps."""
    step = _active.step()
    return [] if step is None else list(step._outputs)


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_json(item) for item in value), key=repr)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    # Scalars of numpy and of what imitates it: a number where ZenML leaves it out.
    if callable(getattr(value, "item", None)) and getattr(value, "shape", None) == ():
        return _json(value.item())
    raise TypeError(f"a value of type {type(value).__name__} can't be metadata")


def _step(problem: str) -> Any:
    step = _active.step()
    if step is None:
        raise ValueError(problem)
    return step


def _log_to_output(metadata: Dict[str, Any], name: Optional[str]) -> None:
    step = _step("`infer_artifact` means an output of the running step, and no step is running.")
    step.add_output_metadata(checked(metadata), output_name=step.output_of_artifact(name) or name if name else None)


def _log_to_output_or_latest(metadata: Dict[str, Any], name: str) -> None:
    step = _active.step()
    if step is not None and step.output_of_artifact(name) is not None:
        _log_to_output(metadata, name)
    else:
        log_to("artifact_version", fetch("artifact_version", name)["id"], metadata)


def _model_version_id() -> str:
    step = _step("`infer_model` means the model of the running step, and no step is running.")
    version = step.model_version
    if version is None:
        raise ValueError("`infer_model` means the model of the running step, and neither it nor its pipeline has one.")
    return str(version.id)


def _step_run_id(run: Any, invocation: str) -> str:
    found = fetch("run", run)
    for step in related("run", found["id"], "steps"):
        if step["invocation"] == invocation:
            return str(step["id"])
    raise KeyError(f"Run {found['name']} has no step {invocation}.")
