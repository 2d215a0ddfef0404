"""`Client`: models, their versions and what is linked to them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, List, Optional, Union
from uuid import UUID

from headrace import _session
from headrace._client.base import Filter, Key, create, deferred, delete, find, get, late, update
from headrace.page import Page
from headrace.responses.base import moment, wire
from headrace.responses.links import ModelVersionArtifactLink, ModelVersionRunLink
from headrace.responses.models import ModelResponse, ModelVersionResponse

__all__ = ["ModelQueries"]


class ModelQueries:
    """Methods about models."""

    def create_model(
        self,
        name: str,
        license: Optional[str] = None,
        description: Optional[str] = None,
        audience: Optional[str] = None,
        use_cases: Optional[str] = None,
        limitations: Optional[str] = None,
        trade_offs: Optional[str] = None,
        ethics: Optional[str] = None,
        tags: Optional[List[str]] = None,
        save_models_to_registry: bool = True,
    ) -> ModelResponse:
        """Makes a model without a version.

        Raises:
            EntityExistsError: There is one with this name.
        """
        fields = {
            "name": name, "license": license, "description": description, "audience": audience, "useCases": use_cases,
            "limitations": limitations, "tradeOffs": trade_offs, "ethics": ethics, "tags": tags,
            "saveModelsToRegistry": save_models_to_registry,
        }  # fmt: skip
        return create(ModelResponse, fields)

    def get_model(
        self, model_name_or_id: Key, project: Any = None, hydrate: bool = True, bypass_lazy_loader: bool = False
    ) -> ModelResponse:
        """A model. In a pipeline's body the look-up waits until the step that it is passed to starts.

        Raises:
            KeyError: There is none.
        """
        if deferred() and not bypass_lazy_loader:
            found: ModelResponse = late("get_model", model_name_or_id=model_name_or_id)
            return found
        return get(ModelResponse, model_name_or_id)

    def list_models(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        created: Filter = None,
        updated: Filter = None,
        name: Filter = None,
        id: Filter = None,
        user: Filter = None,
        project: Any = None,
        hydrate: bool = False,
        tag: Optional[str] = None,
        tags: Optional[List[str]] = None,
    ) -> Page[ModelResponse]:
        """Models that match all filters (with `logical_operator="or"` any)."""
        filters = {"created": created, "updated": updated, "name": name, "id": id, "tag": tag, "tags": tags}
        return find(
            ModelResponse, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator
        )

    def update_model(
        self,
        model_name_or_id: Key,
        name: Optional[str] = None,
        license: Optional[str] = None,
        description: Optional[str] = None,
        audience: Optional[str] = None,
        use_cases: Optional[str] = None,
        limitations: Optional[str] = None,
        trade_offs: Optional[str] = None,
        ethics: Optional[str] = None,
        add_tags: Optional[List[str]] = None,
        remove_tags: Optional[List[str]] = None,
        save_models_to_registry: Optional[bool] = None,
        project: Any = None,
    ) -> ModelResponse:
        """Changes what is said about a model; arguments that are None stay as they are.

        Raises:
            KeyError: There is none.
        """
        fields = {
            "name": name, "license": license, "description": description, "audience": audience, "useCases": use_cases,
            "limitations": limitations, "tradeOffs": trade_offs, "ethics": ethics,
            "saveModelsToRegistry": save_models_to_registry,
        }  # fmt: skip
        return update(ModelResponse, model_name_or_id, fields, add_tags=add_tags, remove_tags=remove_tags)

    def delete_model(self, model_name_or_id: Key, project: Any = None) -> None:
        """Deletes a model with its versions and links. Artifacts stay.

        Raises:
            KeyError: There is none.
        """
        delete("model", model_name_or_id)

    def create_model_version(
        self,
        model_name_or_id: Key,
        name: Optional[str] = None,
        description: Optional[str] = None,
        tags: Optional[List[str]] = None,
        project: Any = None,
    ) -> ModelVersionResponse:
        """Makes a version of a model.

        Args:
            model_name_or_id: The model.
            name: The version's name; its number when None.
            description: What is special about it.
            tags: Tags of the version.
            project: Ignored.

        Returns:
            The version.

        Raises:
            KeyError: There is no such model.
            ValueError: The name is a number or a stage.
            EntityExistsError: There is a version with this name.
        """
        fields = {"model": model_name_or_id, "name": name, "description": description, "tags": tags}
        return create(ModelVersionResponse, fields)

    def get_model_version(
        self,
        model_name_or_id: Optional[Key] = None,
        model_version_name_or_number_or_id: Optional[Union[str, int, UUID]] = None,
        project: Any = None,
        hydrate: bool = True,
    ) -> ModelVersionResponse:
        """A version of a model (zenml-semantics §4.4). In a pipeline's body the look-up waits until the step starts.

        Args:
            model_name_or_id: The model; None only where the version is given by id.
            model_version_name_or_number_or_id: None for the highest number, an `int` for a number, a stage, a name or an id.
            project: Ignored.
            hydrate: Ignored.

        Returns:
            The version.

        Raises:
            KeyError: There is none.
            ValueError: Neither a model nor an id is given.
        """
        if deferred():
            found: ModelVersionResponse = late(
                "get_model_version",
                model_name_or_id=model_name_or_id,
                model_version_name_or_number_or_id=model_version_name_or_number_or_id,
            )
            return found
        version = wire(model_version_name_or_number_or_id)
        if model_name_or_id is not None:
            return get(ModelVersionResponse, model_name_or_id, version)
        if not is_uuid(version):
            raise ValueError(
                "No model identifier provided and model version identifier is not a valid UUID. Name the model: "
                'get_model_version("my_model", "1").'
            )
        return get(ModelVersionResponse, version)

    def list_model_versions(
        self,
        model: Optional[Key] = None,
        model_name_or_id: Optional[Key] = None,
        sort_by: str = "number",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        created: Filter = None,
        updated: Filter = None,
        name: Filter = None,
        id: Filter = None,
        number: Filter = None,
        stage: Filter = None,
        run_metadata: Optional[List[str]] = None,
        user: Filter = None,
        hydrate: bool = False,
        tag: Optional[str] = None,
        tags: Optional[List[str]] = None,
        project: Any = None,
    ) -> Page[ModelVersionResponse]:
        """Model versions that match all filters (with `logical_operator="or"` any), of one model or of all."""
        chosen = model if model is not None else model_name_or_id
        filters = {
            "model": chosen, "created": created, "updated": updated, "name": name, "id": id, "number": number, "stage": stage,
            "run_metadata": run_metadata, "tag": tag, "tags": tags,
        }  # fmt: skip
        return find(
            ModelVersionResponse, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator
        )

    def update_model_version(
        self,
        model_name_or_id: Key,
        version_name_or_id: Key,
        stage: Optional[Any] = None,
        force: bool = False,
        name: Optional[str] = None,
        description: Optional[str] = None,
        add_tags: Optional[List[str]] = None,
        remove_tags: Optional[List[str]] = None,
        project: Any = None,
    ) -> ModelVersionResponse:
        """Promotes, renames, describes or tags a version.

        Args:
            model_name_or_id: The model.
            version_name_or_id: The version.
            stage: The stage to move it to.
            force: Archive the version that holds the stage now.
            name: A new name.
            description: A new description.
            add_tags: Tags to add.
            remove_tags: Tags to take away.
            project: Ignored.

        Returns:
            The version as it is now.

        Raises:
            KeyError: There is none.
            RuntimeError: Another version holds the stage and `force` is False.
            ValueError: There is no such stage, or the name is a number or a stage.
        """
        version = get(ModelVersionResponse, model_name_or_id, version_name_or_id)
        if name is not None or description is not None or add_tags or remove_tags:
            fields = {"name": name, "description": description}
            version = update(ModelVersionResponse, version.id, fields, add_tags=add_tags, remove_tags=remove_tags)
        if stage is not None:
            version.set_stage(stage, force)
        return version

    def delete_model_version(self, model_version_id: Key) -> None:
        """Deletes a version and its links. Artifacts stay.

        Raises:
            KeyError: There is none.
        """
        delete("model_version", model_version_id)

    def create_model_version_artifact_link(self, model_version_id: Key, artifact_version_id: Key) -> None:
        """Links an artifact version to a model version; doing it again changes nothing."""
        _session.request(
            "link.create", {"modelVersionId": str(model_version_id), "artifactVersionId": str(artifact_version_id)}
        )

    def list_model_version_artifact_links(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        created: Filter = None,
        updated: Filter = None,
        model_version_id: Filter = None,
        artifact_version_id: Filter = None,
        artifact_name: Filter = None,
        only_data_artifacts: Optional[bool] = None,
        only_model_artifacts: Optional[bool] = None,
        only_deployment_artifacts: Optional[bool] = None,
        has_custom_name: Optional[bool] = None,
        user: Filter = None,
        hydrate: bool = False,
        id: Filter = None,
    ) -> Page[ModelVersionArtifactLink]:
        """Links of artifact versions to model versions."""
        filters = {
            "created": created, "model_version_id": model_version_id, "artifact_version_id": artifact_version_id,
            "artifact_name": artifact_name, "only_data_artifacts": only_data_artifacts or None,
            "only_model_artifacts": only_model_artifacts or None,
            "only_deployment_artifacts": only_deployment_artifacts or None, "has_custom_name": has_custom_name, "id": id,
        }  # fmt: skip
        return find(
            ModelVersionArtifactLink,
            filters=filters,
            sort_by=sort_by,
            page=page,
            size=size,
            logical_operator=logical_operator,
        )

    def delete_model_version_artifact_link(self, model_version_id: Key, artifact_version_id: Key) -> None:
        """Takes one link away. The artifact version stays.

        Raises:
            KeyError: They are not linked.
        """
        _session.request(
            "link.remove", {"modelVersionId": str(model_version_id), "artifactVersionId": str(artifact_version_id)}
        )

    def delete_all_model_version_artifact_links(self, model_version_id: Key, only_links: bool = True) -> None:
        """Takes all links of a version away; with `only_links=False` the artifact versions that no run uses go, too."""
        from headrace.model import unlink_all

        unlink_all(get(ModelVersionResponse, model_version_id), only_links=only_links)

    def list_model_version_pipeline_run_links(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        created: Filter = None,
        updated: Filter = None,
        model_version_id: Filter = None,
        pipeline_run_id: Filter = None,
        pipeline_run_name: Filter = None,
        user: Filter = None,
        hydrate: bool = False,
        id: Filter = None,
    ) -> Page[ModelVersionRunLink]:
        """Runs and the model versions that they used."""
        filters = {
            "created": created, "model_version_id": model_version_id, "pipeline_run_id": pipeline_run_id,
            "pipeline_run_name": pipeline_run_name, "id": id,
        }  # fmt: skip
        return find(
            ModelVersionRunLink, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator
        )

    def list_stages(self, model_version_id: Key) -> List[SimpleNamespace]:
        """When a version was moved to which stage, oldest first (an addition to ZenML's API)."""
        history = get(ModelVersionResponse, model_version_id)._related("stages")
        return [SimpleNamespace(stage=one["stage"], time=moment(one["time"])) for one in history]


def is_uuid(value: Any) -> bool:
    """Whether a value is the id of something."""
    if isinstance(value, UUID):
        return True
    try:
        UUID(str(value))
    except ValueError:
        return False
    return isinstance(value, str)
