"""`Client`: artifacts and artifact versions."""

from __future__ import annotations

from typing import Any, List, Optional

from headrace._client.base import Filter, Key, deferred, delete, find, get, late, update
from headrace.page import Page
from headrace.responses.artifacts import ArtifactResponse, ArtifactVersionResponse
from headrace.responses.base import fetch

__all__ = ["ArtifactQueries"]

_VERSION_FIELDS = {
    "id", "created", "updated", "artifact", "artifact_id", "name", "version", "version_number", "type", "data_type", "uri",
    "materializer", "save_type", "user", "size",
}  # fmt: skip


class ArtifactQueries:
    """Methods about artifacts."""

    def get_artifact(self, name_id_or_prefix: Key, project: Any = None, hydrate: bool = False) -> ArtifactResponse:
        """An artifact.

        Args:
            name_id_or_prefix: Its name, its id, or the beginning of its id.
            project: Ignored: the workspace is the project.
            hydrate: Ignored: details are loaded when they are asked for.

        Returns:
            The artifact.

        Raises:
            KeyError: There is none.
            ZenKeyError: Several ids begin like this.
        """
        return get(ArtifactResponse, name_id_or_prefix)

    def list_artifacts(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        id: Filter = None,
        created: Filter = None,
        updated: Filter = None,
        name: Filter = None,
        has_custom_name: Optional[bool] = None,
        user: Filter = None,
        project: Any = None,
        hydrate: bool = False,
        tag: Optional[str] = None,
        tags: Optional[List[str]] = None,
    ) -> Page[ArtifactResponse]:
        """Artifacts that match all filters (with `logical_operator="or"` any).

        Returns:
            A page; a loop over it sees all.
        """
        filters = {
            "id": id, "created": created, "updated": updated, "name": name, "has_custom_name": has_custom_name, "tag": tag,
            "tags": tags,
        }  # fmt: skip
        return find(
            ArtifactResponse, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator
        )

    def update_artifact(
        self,
        name_id_or_prefix: Key,
        new_name: Optional[str] = None,
        add_tags: Optional[List[str]] = None,
        remove_tags: Optional[List[str]] = None,
        has_custom_name: Optional[bool] = None,
        project: Any = None,
    ) -> ArtifactResponse:
        """Renames or tags an artifact.

        Raises:
            KeyError: There is none.
            EntityExistsError: The new name is taken.
        """
        fields = {"name": new_name, "customName": has_custom_name}
        return update(ArtifactResponse, name_id_or_prefix, fields, add_tags=add_tags, remove_tags=remove_tags)

    def delete_artifact(self, name_id_or_prefix: Key, project: Any = None) -> None:
        """Deletes an artifact with all its versions. Files stay until an explicit clean-up.

        Raises:
            KeyError: There is none.
            ValueError: A run has a version of it as an input or an output.
        """
        delete("artifact", name_id_or_prefix)

    def prune_artifacts(
        self, only_versions: bool = True, delete_from_artifact_store: bool = False, project: Any = None
    ) -> None:
        """Deletes all artifact versions that no run uses.

        Args:
            only_versions: Keep artifacts that have no version left.
            delete_from_artifact_store: Has no effect of its own: files that nothing refers to go with the next
                `headrace store clean`.
            project: Ignored.
        """
        delete(
            "artifact_version",
            None,
            unused=True,
            onlyVersions=only_versions,
        )

    def get_artifact_version(
        self,
        name_id_or_prefix: Key,
        version: Optional[str] = None,
        project: Any = None,
        hydrate: bool = True,
    ) -> ArtifactVersionResponse:
        """An artifact version. In a pipeline's body the look-up waits until the step that it is passed to starts.

        Args:
            name_id_or_prefix: The artifact's name, or the version's id or the beginning of it.
            version: The version under the name; the one created last when None.
            project: Ignored: the workspace is the project.
            hydrate: Ignored: details are loaded when they are asked for.

        Returns:
            The artifact version.

        Raises:
            KeyError: There is none.
            ZenKeyError: Several ids begin like this.
        """
        if deferred():
            found: ArtifactVersionResponse = late("get_artifact_version", name_id_or_prefix=name_id_or_prefix, version=version)
            return found
        return get(ArtifactVersionResponse, name_id_or_prefix, version)

    def list_artifact_versions(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        id: Filter = None,
        created: Filter = None,
        updated: Filter = None,
        artifact: Filter = None,
        name: Filter = None,
        version: Filter = None,
        version_number: Filter = None,
        artifact_store_id: Filter = None,
        type: Filter = None,
        data_type: Filter = None,
        uri: Filter = None,
        materializer: Filter = None,
        project: Any = None,
        model_version_id: Filter = None,
        only_unused: Optional[bool] = False,
        has_custom_name: Optional[bool] = None,
        user: Filter = None,
        model: Filter = None,
        pipeline_run: Filter = None,
        run_metadata: Optional[List[str]] = None,
        tag: Optional[str] = None,
        tags: Optional[List[str]] = None,
        hydrate: bool = False,
        artifact_id: Filter = None,
        save_type: Filter = None,
    ) -> Page[ArtifactVersionResponse]:
        """Artifact versions that match all filters (with `logical_operator="or"` any).

        Args:
            sort_by: A field, perhaps with `asc:` or `desc:` in front. A text that is no field is taken as the artifact's
                name, so that `list_artifact_versions("name")` does what it says.
            page: Which page, from 1.
            size: How many items a page holds.
            logical_operator: `and` or `or`.
            id: The version's id.
            created: When it was made.
            updated: The same: versions never change.
            artifact: The artifact's name or id.
            name: The artifact's name.
            version: The version.
            version_number: The version as a number.
            artifact_store_id: Ignored: there is one.
            type: Type of the artifact.
            data_type: Import path of the value's type.
            uri: A registered path.
            materializer: Import path of the materializer.
            project: Ignored.
            model_version_id: Linked to this model version.
            only_unused: Neither an input nor an output of any step.
            has_custom_name: Whether somebody chose the name.
            user: Ignored: there is one.
            model: Linked to any version of this model, by name or id.
            pipeline_run: An output in this run, by name or id.
            run_metadata: Conditions such as `"accuracy:gt:0.9"`; all must hold.
            tag: Has this tag.
            tags: Has all these tags.
            hydrate: Ignored.
            artifact_id: The artifact's id.
            save_type: How it came to be.

        Returns:
            A page; a loop over it sees all.
        """
        if sort_by.rpartition(":")[2] not in _VERSION_FIELDS and artifact is None:
            sort_by, artifact = "created", sort_by
        filters = {
            "id": id, "created": created, "updated": updated, "artifact": artifact, "name": name, "version": version,
            "version_number": version_number, "type": type, "data_type": data_type, "uri": uri, "materializer": materializer,
            "model_version_id": model_version_id, "only_unused": only_unused or None, "has_custom_name": has_custom_name,
            "model": model, "pipeline_run": pipeline_run, "run_metadata": run_metadata, "tag": tag, "tags": tags,
            "artifact_id": artifact_id, "save_type": save_type,
        }  # fmt: skip
        return find(
            ArtifactVersionResponse,
            filters=filters,
            sort_by=sort_by,
            page=page,
            size=size,
            logical_operator=logical_operator,
        )

    def update_artifact_version(
        self,
        name_id_or_prefix: Key,
        version: Optional[str] = None,
        add_tags: Optional[List[str]] = None,
        remove_tags: Optional[List[str]] = None,
        project: Any = None,
    ) -> ArtifactVersionResponse:
        """Tags an artifact version.

        Raises:
            KeyError: There is none.
        """
        return update(
            ArtifactVersionResponse, name_id_or_prefix, {}, version=version, add_tags=add_tags, remove_tags=remove_tags
        )

    def delete_artifact_version(
        self,
        name_id_or_prefix: Key,
        version: Optional[str] = None,
        delete_metadata: bool = True,
        delete_from_artifact_store: bool = False,
        project: Any = None,
    ) -> None:
        """Deletes an artifact version. Unlike in ZenML its use is checked before anything is removed.

        Args:
            name_id_or_prefix: The artifact's name, or the version's id or the beginning of it.
            version: The version under the name; the one created last when None.
            delete_metadata: Delete what is known about it. Without it nothing happens: files never go before that.
            delete_from_artifact_store: Has no effect of its own: files that nothing refers to go with the next
                `headrace store clean`.
            project: Ignored.

        Raises:
            KeyError: There is none.
            ValueError: A run has it as an input or an output.
        """
        if not delete_metadata:
            return
        delete(
            "artifact_version",
            name_id_or_prefix,
            version=version,
        )

    def list_artifact_visualizations(self, artifact_version: Key) -> List[Any]:
        """Files that show an artifact version."""
        return ArtifactVersionResponse(fetch("artifact_version", artifact_version)).visualizations
