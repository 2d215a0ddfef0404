"""`Model`: which model version a pipeline or a step works with, and the way to what belongs to it (zenml-semantics §4.1).

Reading through a `Model` never creates a version: a deliberate difference from ZenML, where asking for an artifact makes an
empty version. What writes (`log_metadata`, `set_stage`, linking) creates it, as there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union
from uuid import UUID

from headrace import _active, _session
from headrace.enums import ModelStages
from headrace.lazy import LazyArtifactVersion, LazyModelMetadata
from headrace.responses.base import fetch, scoped, wire
from headrace.responses.models import ModelVersionResponse, promote

if TYPE_CHECKING:
    import logging

__all__ = ["Model", "ModelVersion"]

_FIELDS = ("license", "description", "audience", "use_cases", "limitations", "trade_offs", "ethics", "tags")


class Model:
    """A model by name, and one of its versions.

    Args:
        name: The model's name; may hold placeholders such as `{date}`.
        version: A number, a stage or a name; None for a new version per run.
        license: Licence of the model.
        description: What is special about the version.
        audience: Whom the model is for.
        use_cases: What it is used for.
        limitations: What it can't do.
        trade_offs: What was given up for what.
        ethics: Ethical questions.
        tags: Tags of the version.
        save_models_to_registry: Kept for compatibility: there is no registry.

    Raises:
        ValueError: `model_version_id` is given, which is for internal use.
    """

    def __init__(
        self,
        name: str,
        version: Optional[Union[ModelStages, int, str]] = None,
        license: Optional[str] = None,
        description: Optional[str] = None,
        audience: Optional[str] = None,
        use_cases: Optional[str] = None,
        limitations: Optional[str] = None,
        trade_offs: Optional[str] = None,
        ethics: Optional[str] = None,
        tags: Optional[List[str]] = None,
        save_models_to_registry: bool = True,
        **internal: Any,
    ) -> None:
        if "model_version_id" in internal:
            raise ValueError("`model_version_id` field is for internal use only")
        internal.pop("suppress_class_validation_warnings", None)
        if internal:
            # Options that ZenML had once and that it ignores today: code that still passes them runs.
            _logger().warning("Model() has no option %s: ignored.", ", ".join(f"`{name}`" for name in internal))
        if isinstance(version, bool) or not isinstance(version, (str, int, type(None))):
            raise ValueError(f"A model version is a number, a stage or a name, not {version!r}.")
        self.name = name
        self.version: Optional[Union[str, int]] = wire(version)
        self.license = license
        self.description = description
        self.audience = audience
        self.use_cases = use_cases
        self.limitations = limitations
        self.trade_offs = trade_offs
        self.ethics = ethics
        self.tags = list(tags) if tags is not None else None
        self.save_models_to_registry = save_models_to_registry
        self._version_id: Optional[str] = None

    @classmethod
    def of_version(cls, version: ModelVersionResponse) -> "Model":
        """The `Model` that means exactly this version, whatever becomes of its stage."""
        model = cls(
            version._fields["model"],
            version.name,
            description=version.description,
            tags=[tag.name for tag in version.tags],
        )
        model._version_id = str(version.id)
        return model

    def to_config(self) -> Dict[str, Any]:
        """The model as it stands in a pipeline's spec and in requests to the engine."""
        return {
            "name": self.name,
            "version": self.version,
            "license": self.license,
            "description": self.description,
            "audience": self.audience,
            "useCases": self.use_cases,
            "limitations": self.limitations,
            "tradeOffs": self.trade_offs,
            "ethics": self.ethics,
            "tags": [str(tag) for tag in self.tags or ()],
            "saveModelsToRegistry": self.save_models_to_registry,
        }

    @property
    def id(self) -> UUID:
        """The id of the model version.

        Raises:
            RuntimeError: There is no such version.
        """
        try:
            return self._existing().id
        except KeyError as error:
            raise RuntimeError(f"Version `{self.version}` of `{self.name}` model doesn't exist. {error}") from None

    @property
    def model_id(self) -> UUID:
        """The id of the model.

        Raises:
            RuntimeError: There is no such model.
        """
        try:
            return UUID(fetch("model", self.name)["id"])
        except KeyError as error:
            raise RuntimeError(str(error)) from None

    @property
    def number(self) -> int:
        """The number of the version.

        Raises:
            KeyError: There is no such version.
        """
        return self._existing().number

    @property
    def stage(self) -> Optional[ModelStages]:
        """The stage of the version; None when it has none or doesn't exist."""
        try:
            stage = self._existing().stage
        except KeyError as error:
            _logger().info("%s", error)
            return None
        return ModelStages(stage) if stage else None

    @property
    def run_metadata(self) -> Any:
        """The metadata of the version by key. In a pipeline's body, values are looked up when a step starts."""
        if _active.trace() is not None:
            name, version = self._reference()
            return LazyModelMetadata(name, version)
        return self._existing().run_metadata

    def get_artifact(self, name: str, version: Optional[str] = None) -> Any:
        """An artifact version that is linked to this model version.

        In a pipeline's body the look-up waits until the step that it is passed to starts.

        Args:
            name: The artifact's name.
            version: The artifact's version; the one created last when None.

        Returns:
            The artifact version; None when none is linked, or when the model version doesn't exist yet.

        Raises:
            KeyError: The version was given as a number or a stage, and there is none.
            ValueError: In a pipeline's body, no version was given.
        """
        return self._artifact("get_artifact", name, version)

    def get_model_artifact(self, name: str, version: Optional[str] = None) -> Any:
        """Like `get_artifact`, of models only."""
        return self._artifact("get_model_artifact", name, version)

    def get_data_artifact(self, name: str, version: Optional[str] = None) -> Any:
        """Like `get_artifact`, of data only."""
        return self._artifact("get_data_artifact", name, version)

    def get_deployment_artifact(self, name: str, version: Optional[str] = None) -> Any:
        """Like `get_artifact`, of services only."""
        return self._artifact("get_deployment_artifact", name, version)

    def load_artifact(self, name: str, version: Optional[str] = None) -> Any:
        """The value of a linked artifact version.

        Raises:
            ValueError: None is linked under this name.
        """
        found = self.get_artifact(name, version)
        if found is None:
            raise ValueError(f"Version {self.version} of model {self.name} does not have an artifact with name {name}.")
        return found.load()

    def set_stage(self, stage: Union[str, ModelStages], force: bool = False) -> None:
        """Moves the version to a stage.

        Args:
            stage: The stage.
            force: Archive the version that holds it now.

        Raises:
            ValueError: There is no such stage.
            RuntimeError: Another version holds the stage and `force` is False.
        """
        if wire(stage) not in ModelStages.values():
            raise ValueError(f"`{stage}` is not a valid model stage. Stages are {', '.join(ModelStages.values())}.")
        promote(self._ensured_id(), stage, force)

    def log_metadata(self, metadata: Dict[str, Any]) -> None:
        """Logs metadata for the version."""
        from headrace.metadata import log_to

        log_to("model_version", self._ensured_id(), metadata)

    def delete_artifact(
        self,
        name: str,
        version: Optional[str] = None,
        only_link: bool = True,
        delete_metadata: bool = True,
        delete_from_artifact_store: bool = False,
    ) -> None:
        """Takes the link to an artifact version away.

        Args:
            name: The artifact's name.
            version: The artifact's version; the one created last when None.
            only_link: Keep the artifact version itself.
            delete_metadata: Delete what is known about it, when it isn't kept.
            delete_from_artifact_store: Give its files up for clean-up, when it isn't kept.

        Raises:
            ValueError: It is not kept, and a run uses it.
        """
        found = self._existing().get_artifact(name, version)
        if found is None:
            return
        _unlink(self._ensured_id(), str(found.id))
        if not only_link:
            from headrace.client import Client

            Client().delete_artifact_version(
                found.id, delete_metadata=delete_metadata, delete_from_artifact_store=delete_from_artifact_store
            )

    def delete_all_artifacts(self, only_link: bool = True, delete_from_artifact_store: bool = False) -> None:
        """Takes the links to all artifact versions away; with `only_link=False` deletes those that no run uses, too."""
        unlink_all(self._existing(), only_links=only_link)

    def model_dump(self, **_: Any) -> Dict[str, Any]:
        """The fields as plain values."""
        plain = {"name": self.name, "version": self.version, "save_models_to_registry": self.save_models_to_registry}
        return {**plain, **{field: getattr(self, field) for field in _FIELDS}}

    def _artifact(self, method: str, name: str, version: Optional[str]) -> Any:
        if _active.trace() is not None:
            model, model_version = self._reference()
            return LazyArtifactVersion(model, model_version, name, None if version is None else str(version))
        try:
            found = self._existing()
        except KeyError:
            if self._is_reference():
                raise
            return None
        return getattr(found, method)(name, version)

    def _is_reference(self) -> bool:
        """Whether the version names what must exist: a number or a stage."""
        version = self.version
        return isinstance(version, int) or (
            version is not None and (version.isdecimal() or version in ModelStages.values())
        )

    def _reference(self) -> Any:
        """Model and version for a look-up that waits; without a version the run's own is meant."""
        if self.version is not None:
            return self.name, self.version
        trace = _active.trace()
        configured = trace.pipeline.configuration.model if trace is not None else None
        if configured is not None and configured.name == self.name:
            return (self.name, configured.version) if configured.version is not None else (None, None)
        raise ValueError(
            "`version` must be set if you use the `Model` class directly in the pipeline body, otherwise, you can use "
            "`get_pipeline_context().model` to lazy load the current Model Version from the pipeline context."
        )

    def _existing(self) -> ModelVersionResponse:
        """The version; KeyError when there is none."""
        if self._version_id is not None:
            return ModelVersionResponse(fetch("model_version", self._version_id))
        own = self._of_running_step()
        return own if own is not None else self._resolve(create=False)

    def _ensured_id(self) -> str:
        """The id of the version, which is made if it may be."""
        if self._version_id is None:
            own = self._of_running_step()
            version = own if own is not None else self._resolve(create=True)
            self._version_id = str(version.id)
        return self._version_id

    def _of_running_step(self) -> Optional[ModelVersionResponse]:
        """Inside a step, its own configuration means the version that its outputs are linked to."""
        step = _active.step()
        if step is None or step._model is None or step._model.name != self.name:
            return None
        if step._model is not self and step._model.version != self.version:
            return None
        return step.model_version

    def _resolve(self, create: bool) -> ModelVersionResponse:
        params = {"model": self.to_config(), "create": create}
        return ModelVersionResponse(_session.request("model.resolve", scoped(params))["entity"])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        if self.name != other.name:
            return False
        if self.version == other.version:
            return True
        try:
            return self._existing().id == other._existing().id
        except (KeyError, ConnectionError):
            return False

    def __hash__(self) -> int:
        # Not of the version: `1`, `"production"` and a name may be equal.
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Model(name={self.name!r}, version={self.version!r})"


ModelVersion = Model
"""The name that `Model` had before ZenML 0.55."""


def unlink_all(version: ModelVersionResponse, *, only_links: bool) -> None:
    """Takes all links of a model version away; else deletes the artifact versions that no run uses, too."""
    linked = [one.id for versions in version.artifacts.values() for one in versions.values()]
    _session.request("link.remove", {"modelVersionId": str(version.id), "all": True})
    if only_links:
        return
    from headrace.client import Client

    for id in linked:
        try:
            Client().delete_artifact_version(id)
        except ValueError as error:
            _logger().warning("%s", error)


def _logger() -> "logging.Logger":
    import logging

    return logging.getLogger("headrace")


def _unlink(model_version_id: str, artifact_version_id: str) -> None:
    _session.request("link.remove", {"modelVersionId": model_version_id, "artifactVersionId": artifact_version_id})
