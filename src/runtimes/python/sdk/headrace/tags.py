"""Tags: words that runs, artifacts, models and pipelines are found by (zenml-semantics §2.5)."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple, Union
from uuid import UUID

from headrace import _active, _session
from headrace.enums import ColorVariants
from headrace.exceptions import EntityExistsError
from headrace.responses.base import fetch, wire

__all__ = ["Tag", "add_tags", "remove_tags"]


class Tag:
    """A tag and what it does.

    Args:
        name: The word.
        color: Its colour.
        exclusive: One run per pipeline and one version per artifact carry it: it moves to the newest.
        cascade: A run passes it on to its artifact versions.
        hierarchical: An older name for `cascade`.
    """

    def __init__(
        self,
        name: str,
        color: Optional[ColorVariants] = None,
        exclusive: Optional[bool] = None,
        cascade: Optional[bool] = None,
        hierarchical: Optional[bool] = None,
    ) -> None:
        self.name = name
        self.color = None if color is None else ColorVariants(color)
        self.exclusive = exclusive
        self.cascade = hierarchical if cascade is None else cascade

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"Tag(name={self.name!r}, exclusive={self.exclusive!r}, cascade={self.cascade!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tag) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.name)


Tags = List[Union[str, Tag]]


def add_tags(
    tags: Tags,
    pipeline: Optional[Union[UUID, str]] = None,
    run: Optional[Union[UUID, str]] = None,
    artifact: Optional[Union[UUID, str]] = None,
    artifact_version_id: Optional[UUID] = None,
    artifact_name: Optional[str] = None,
    artifact_version: Optional[str] = None,
    infer_artifact: bool = False,
    **unsupported: Any,
) -> None:
    """Adds tags to one thing; inside a step, without a name, to its run.

    Args:
        tags: The tags; those that don't exist are made.
        pipeline: A pipeline.
        run: A run.
        artifact: An artifact, all versions meant.
        artifact_version_id: An artifact version.
        artifact_name: An artifact, or an output of the running step.
        artifact_version: Its version.
        infer_artifact: An output of the running step; its only one without `artifact_name`.
        **unsupported: `run_template`, `pipeline_snapshot` and others of ZenML that don't exist here.

    Raises:
        ValueError: Not exactly one thing is named, or no step is running to infer from.
        KeyError: There is no such thing.
    """
    _refuse(unsupported)
    names = _made(tags)
    if infer_artifact:
        _step().add_output_tags(names, output_name=_output(artifact_name))
        return
    kind, key, version = _target(pipeline, run, artifact, artifact_version_id, artifact_name, artifact_version)
    _change(kind, key, version, names, [])


def remove_tags(
    tags: Tags,
    pipeline: Optional[Union[UUID, str]] = None,
    run: Optional[Union[UUID, str]] = None,
    artifact: Optional[Union[UUID, str]] = None,
    artifact_version_id: Optional[UUID] = None,
    artifact_name: Optional[str] = None,
    artifact_version: Optional[str] = None,
    infer_artifact: bool = False,
    **unsupported: Any,
) -> None:
    """Removes tags from one thing; it is named as for `add_tags`."""
    _refuse(unsupported)
    names = [tag if isinstance(tag, str) else tag.name for tag in tags]
    if infer_artifact:
        _step().remove_output_tags(names, output_name=_output(artifact_name))
        return
    kind, key, version = _target(pipeline, run, artifact, artifact_version_id, artifact_name, artifact_version)
    _change(kind, key, version, [], names)


def _made(tags: Tags) -> List[str]:
    """Names of the tags; those with properties of their own are made first, so that they have them."""
    names: List[str] = []
    for tag in tags:
        if not isinstance(tag, str):
            fields = {"name": tag.name, "color": wire(tag.color), "exclusive": tag.exclusive, "cascade": tag.cascade}
            try:
                given = {key: value for key, value in fields.items() if value is not None}
                _session.request("entity.create", {"kind": "tag", "fields": given})
            except EntityExistsError:
                _check_same(tag)
        names.append(tag if isinstance(tag, str) else tag.name)
    return names


def _check_same(tag: Tag) -> None:
    known = fetch("tag", tag.name)
    for trait in ("exclusive", "cascade"):
        wanted = getattr(tag, trait)
        if wanted is not None and bool(known.get(trait)) != wanted:
            raise ValueError(
                f"The tag `{tag.name}` exists and is {'' if known.get(trait) else 'not '}{trait}. "
                f"Change it with Client().update_tag({tag.name!r}, …), or use another name."
            )


def _target(
    pipeline: Any, run: Any, artifact: Any, artifact_version_id: Any, artifact_name: Any, artifact_version: Any
) -> Tuple[str, str, Optional[str]]:
    named = [("pipeline", pipeline), ("run", run), ("artifact", artifact), ("artifact_version", artifact_version_id)]
    chosen = [(kind, str(key), None) for kind, key in named if key is not None]
    if artifact_name is not None:
        chosen.append(("artifact_version", artifact_name, artifact_version))
    if len(chosen) == 1:
        return chosen[0]
    step = _active.step()
    if not chosen and step is not None:
        return ("run", step.run_id, None)
    raise ValueError(
        "Name exactly one thing that the tags belong to: `pipeline`, `run`, `artifact`, `artifact_version_id`, or "
        "`artifact_name` with `artifact_version`. Inside a step its run is meant when nothing is named."
    )


def _change(kind: str, key: str, version: Optional[str], add: List[str], remove: List[str]) -> None:
    params = {"kind": kind, "key": key, "fields": {}, "addTags": add, "removeTags": remove}
    if version is not None:
        params["version"] = version
    _session.request("entity.update", params)


def _step() -> Any:
    step = _active.step()
    if step is None:
        raise ValueError("`infer_artifact` means an output of the running step, and no step is running.")
    return step


def _output(artifact_name: Optional[str]) -> Optional[str]:
    return None if artifact_name is None else (_step().output_of_artifact(artifact_name) or artifact_name)


def _refuse(unsupported: Any) -> None:
    given = [name for name, value in unsupported.items() if value is not None]
    if not given:
        return
    known = ("run_template", "pipeline_snapshot", "snapshot", "deployment")
    if given[0] in known:
        from headrace.exceptions import UnsupportedFeatureError

        raise UnsupportedFeatureError(f"Headrace has no {given[0].replace('_', ' ')}s, so there is nothing to tag.")
    raise TypeError(f"unexpected keyword argument {given[0]!r}")
