"""Models and their versions as answers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Union
from uuid import UUID

from headrace import _session
from headrace.enums import ArtifactType, ModelStages
from headrace.responses.artifacts import ArtifactVersionResponse
from headrace.responses.base import Response, fetch

__all__ = ["ModelResponse", "ModelVersionResponse"]


class ModelResponse(Response):
    """A model: a name that versions are counted under."""

    kind = "model"
    _dumped = (
        "id", "name", "created", "updated", "license", "description", "audience", "use_cases", "limitations", "trade_offs",
        "ethics", "tags", "latest_version_name", "latest_version_id", "save_models_to_registry",
    )  # fmt: skip

    @property
    def license(self) -> Optional[str]:
        """The licence."""
        return self._fields.get("license")

    @property
    def description(self) -> Optional[str]:
        """What it is."""
        return self._fields.get("description")

    @property
    def audience(self) -> Optional[str]:
        """Whom it is for."""
        return self._fields.get("audience")

    @property
    def use_cases(self) -> Optional[str]:
        """What it is used for."""
        return self._fields.get("useCases")

    @property
    def limitations(self) -> Optional[str]:
        """What it can't do."""
        return self._fields.get("limitations")

    @property
    def trade_offs(self) -> Optional[str]:
        """What was given up for what."""
        return self._fields.get("tradeOffs")

    @property
    def ethics(self) -> Optional[str]:
        """Ethical questions."""
        return self._fields.get("ethics")

    @property
    def save_models_to_registry(self) -> bool:
        """Kept for compatibility: there is no registry."""
        return bool(self._fields.get("saveModelsToRegistry", True))

    @property
    def tags(self) -> List[Any]:
        """The tags."""
        return self._tags()

    @property
    def latest_version_id(self) -> Optional[UUID]:
        """The id of the version with the highest number; None when there is none."""
        found = self._fields.get("latestVersionId")
        return UUID(found) if found else None

    @property
    def latest_version_name(self) -> Optional[str]:
        """Its name."""
        return self._fields.get("latestVersion")

    @property
    def versions(self) -> List["ModelVersionResponse"]:
        """All versions by number."""
        return [ModelVersionResponse(fields) for fields in self._once("versions", lambda: self._related("versions"))]


class ModelVersionResponse(Response):
    """A version of a model: a number, perhaps a stage, and the artifact versions that belong to it."""

    kind = "model_version"
    _dumped = ("id", "name", "number", "stage", "description", "created", "updated", "tags", "run_metadata")

    @property
    def number(self) -> int:
        """The number, over all versions of the model."""
        return int(self._fields["number"])

    @property
    def version(self) -> str:
        """The name, under the word that `Model` uses."""
        return self.name

    @property
    def stage(self) -> Optional[str]:
        """The stage; None when it has none."""
        return self._fields.get("stage")

    @property
    def description(self) -> Optional[str]:
        """What is special about it."""
        return self._fields.get("description")

    @property
    def model(self) -> ModelResponse:
        """The model."""
        found: ModelResponse = self._once("model", lambda: ModelResponse(fetch("model", self._fields["modelId"])))
        return found

    @property
    def tags(self) -> List[Any]:
        """The tags."""
        return self._tags()

    @property
    def run_metadata(self) -> Dict[str, Any]:
        """The metadata by key."""
        return self._metadata()

    @property
    def producer_run_id_if_numeric(self) -> Optional[UUID]:
        """The run that made this version by number."""
        found = self._fields.get("producerRunId")
        return UUID(found) if found else None

    @property
    def artifacts(self) -> Dict[str, Dict[str, ArtifactVersionResponse]]:
        """All linked artifact versions: name, then version."""
        return self._linked(lambda _: True)

    @property
    def model_artifacts(self) -> Dict[str, Dict[str, ArtifactVersionResponse]]:
        """Linked artifact versions that are models: name, then version."""
        return self._linked(lambda one: one.type is ArtifactType.MODEL)

    @property
    def data_artifacts(self) -> Dict[str, Dict[str, ArtifactVersionResponse]]:
        """Linked artifact versions that are neither models nor services: name, then version."""
        return self._linked(lambda one: one.type not in (ArtifactType.MODEL, ArtifactType.SERVICE))

    @property
    def deployment_artifacts(self) -> Dict[str, Dict[str, ArtifactVersionResponse]]:
        """Linked artifact versions that are services: name, then version."""
        return self._linked(lambda one: one.type is ArtifactType.SERVICE)

    @property
    def model_artifact_ids(self) -> Dict[str, Dict[str, UUID]]:
        """Ids of `model_artifacts`."""
        return _ids(self.model_artifacts)

    @property
    def data_artifact_ids(self) -> Dict[str, Dict[str, UUID]]:
        """Ids of `data_artifacts`."""
        return _ids(self.data_artifacts)

    @property
    def deployment_artifact_ids(self) -> Dict[str, Dict[str, UUID]]:
        """Ids of `deployment_artifacts`."""
        return _ids(self.deployment_artifacts)

    @property
    def pipeline_runs(self) -> Dict[str, Any]:
        """Runs that used it, by name."""
        from headrace.responses.runs import PipelineRunResponse

        found = self._once("runs", lambda: self._related("runs"))
        return {fields["name"]: PipelineRunResponse(fields) for fields in found}

    @property
    def pipeline_run_ids(self) -> Dict[str, UUID]:
        """Ids of the runs that used it, by name."""
        return {name: run.id for name, run in self.pipeline_runs.items()}

    def get_artifact(self, name: str, version: Optional[str] = None) -> Optional[ArtifactVersionResponse]:
        """A linked artifact version, of whatever type.

        Args:
            name: The artifact's name.
            version: The version; the one created last when None.

        Returns:
            The artifact version; None when none is linked.
        """
        return self._artifact(name, version, "any")

    def get_model_artifact(self, name: str, version: Optional[str] = None) -> Optional[ArtifactVersionResponse]:
        """A linked artifact version that is a model; None when none is linked."""
        return self._artifact(name, version, "model")

    def get_data_artifact(self, name: str, version: Optional[str] = None) -> Optional[ArtifactVersionResponse]:
        """A linked artifact version that is data; None when none is linked.

        Unlike ZenML's, it finds dictionaries and lists, too: they are among `data_artifacts`.
        """
        return self._artifact(name, version, "data")

    def get_deployment_artifact(self, name: str, version: Optional[str] = None) -> Optional[ArtifactVersionResponse]:
        """A linked artifact version that is a service; None when none is linked."""
        return self._artifact(name, version, "deployment")

    def _artifact(self, name: str, version: Optional[str], category: str) -> Optional[ArtifactVersionResponse]:
        found = self._related(
            "artifact", name=name, version=None if version is None else str(version), category=category
        )
        return ArtifactVersionResponse(found) if found else None

    def load_artifact(self, name: str, version: Optional[str] = None) -> Any:
        """The value of a linked artifact version.

        Raises:
            ValueError: None is linked under this name.
        """
        found = self.get_artifact(name, version)
        if found is None:
            raise ValueError(f"Version {self.name} of model {self.model.name} does not have an artifact with name {name}.")
        return found.load()

    def set_stage(self, stage: Union[str, ModelStages], force: bool = False) -> None:
        """Moves this version to a stage.

        Args:
            stage: The stage.
            force: Archive the version that holds it now.

        Raises:
            ValueError: There is no such stage.
            RuntimeError: Another version holds the stage and `force` is False.
        """
        self._fields = promote(self._fields["id"], stage, force)

    def to_model_class(self, suppress_class_validation_warnings: bool = True) -> Any:
        """The `Model` that names exactly this version."""
        from headrace.model import Model

        return Model.of_version(self)

    def _linked(self, wanted: Any) -> Dict[str, Dict[str, ArtifactVersionResponse]]:
        found: Dict[str, Dict[str, ArtifactVersionResponse]] = {}
        for fields in self._once("artifacts", lambda: self._related("artifacts")):
            one = ArtifactVersionResponse(fields)
            if wanted(one):
                found.setdefault(one.name, {})[one.version] = one
        return found

    def __repr__(self) -> str:
        return (
            f"ModelVersionResponse(id={str(self.id)!r}, model={self._fields.get('model')!r}, name={self.name!r}, "
            f"number={self.number}, stage={self.stage!r})"
        )


def promote(model_version_id: str, stage: Union[str, ModelStages], force: bool) -> Dict[str, Any]:
    """Moves a model version to a stage and answers it as it is then."""
    value = stage.value if isinstance(stage, ModelStages) else stage
    if value not in ModelStages.values():
        raise ValueError(f"`{value}` is not a valid model stage. Stages are {', '.join(ModelStages.values())}.")
    entity: Dict[str, Any] = _session.request(
        "model.stage", {"modelVersionId": model_version_id, "stage": value, "force": force}
    )["entity"]
    return entity


def _ids(found: Dict[str, Dict[str, ArtifactVersionResponse]]) -> Dict[str, Dict[str, UUID]]:
    return {name: {version: one.id for version, one in versions.items()} for name, versions in found.items()}
