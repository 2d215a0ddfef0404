"""`Client`: pipelines, runs and step runs."""

from __future__ import annotations

from typing import Any, List, Optional

from headrace._client.base import Filter, Key, delete, find, get, update
from headrace.page import Page
from headrace.responses.runs import PipelineResponse, PipelineRunResponse
from headrace.responses.steps import StepRunResponse

__all__ = ["RunQueries"]


class RunQueries:
    """Methods about pipelines and runs."""

    def get_pipeline(self, name_id_or_prefix: Key, project: Any = None, hydrate: bool = True) -> PipelineResponse:
        """A pipeline that has run.

        Raises:
            KeyError: There is none.
            ZenKeyError: Several ids begin like this.
        """
        return get(PipelineResponse, name_id_or_prefix)

    def list_pipelines(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        id: Filter = None,
        created: Filter = None,
        updated: Filter = None,
        name: Filter = None,
        latest_run_status: Filter = None,
        project: Any = None,
        user: Filter = None,
        tag: Optional[str] = None,
        tags: Optional[List[str]] = None,
        hydrate: bool = False,
    ) -> Page[PipelineResponse]:
        """Pipelines that match all filters (with `logical_operator="or"` any)."""
        filters = {
            "id": id, "created": created, "updated": updated, "name": name, "latest_run_status": latest_run_status, "tag": tag,
            "tags": tags,
        }  # fmt: skip
        return find(
            PipelineResponse, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator
        )

    def delete_pipeline(self, name_id_or_prefix: Key, project: Any = None) -> None:
        """Deletes a pipeline and all its runs. Artifact versions stay.

        Raises:
            KeyError: There is none.
        """
        delete("pipeline", name_id_or_prefix)

    def get_pipeline_run(
        self,
        name_id_or_prefix: Key,
        allow_name_prefix_match: bool = True,
        project: Any = None,
        hydrate: bool = True,
        include_full_metadata: bool = False,
    ) -> PipelineRunResponse:
        """A run.

        Args:
            name_id_or_prefix: Its name, its id, or the beginning of either.
            allow_name_prefix_match: Whether the beginning of the name is enough.
            project: Ignored.
            hydrate: Ignored.
            include_full_metadata: Show the metadata of steps as `step::key`, too.

        Returns:
            The run.

        Raises:
            KeyError: There is none.
            ZenKeyError: Several begin like this.
        """
        key: Any = name_id_or_prefix
        if not allow_name_prefix_match:
            key = {"exact": str(name_id_or_prefix)}
        run = get(PipelineRunResponse, key)
        if include_full_metadata:
            own = dict(run._fields.get("metadata") or {})
            run._fields["metadata"] = {**own, **_metadata_of_steps(run)}
        return run

    def list_pipeline_runs(
        self,
        sort_by: str = "desc:created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        id: Filter = None,
        created: Filter = None,
        updated: Filter = None,
        name: Filter = None,
        project: Any = None,
        pipeline_id: Filter = None,
        pipeline_name: Filter = None,
        stack_id: Filter = None,
        user: Filter = None,
        status: Filter = None,
        index: Filter = None,
        start_time: Filter = None,
        end_time: Filter = None,
        unlisted: Optional[bool] = None,
        tag: Optional[str] = None,
        tags: Optional[List[str]] = None,
        pipeline: Optional[Key] = None,
        model: Optional[Key] = None,
        stack: Filter = None,
        model_version_id: Filter = None,
        linked_to_model_version_id: Filter = None,
        run_metadata: Optional[List[str]] = None,
        in_progress: Optional[bool] = None,
        hydrate: bool = False,
        include_full_metadata: bool = False,
    ) -> Page[PipelineRunResponse]:
        """Runs that match all filters (with `logical_operator="or"` any), newest first unless sorted otherwise."""
        filters = {
            "id": id, "created": created, "updated": updated, "name": name, "pipeline_id": pipeline_id,
            "pipeline_name": pipeline_name, "status": status, "index": index, "start_time": start_time, "end_time": end_time,
            "tag": tag, "tags": tags, "pipeline": pipeline, "model": model, "model_version_id": model_version_id,
            "linked_to_model_version_id": linked_to_model_version_id, "run_metadata": run_metadata, "in_progress": in_progress,
        }  # fmt: skip
        return find(
            PipelineRunResponse, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator
        )

    def update_pipeline_run(
        self,
        name_id_or_prefix: Key,
        add_tags: Optional[List[str]] = None,
        remove_tags: Optional[List[str]] = None,
        project: Any = None,
    ) -> PipelineRunResponse:
        """Tags a run.

        Raises:
            KeyError: There is none.
        """
        return update(PipelineRunResponse, name_id_or_prefix, {}, add_tags=add_tags, remove_tags=remove_tags)

    def delete_pipeline_run(self, name_id_or_prefix: Key, project: Any = None) -> None:
        """Deletes a run. Its artifact versions stay, and may then be deleted.

        Raises:
            KeyError: There is none.
        """
        delete("run", name_id_or_prefix)

    def get_run_step(self, step_run_id: Key, hydrate: bool = True) -> StepRunResponse:
        """A step run by id.

        Raises:
            KeyError: There is none.
        """
        return get(StepRunResponse, step_run_id)

    def list_run_steps(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        id: Filter = None,
        created: Filter = None,
        updated: Filter = None,
        name: Filter = None,
        cache_key: Filter = None,
        code_hash: Filter = None,
        status: Filter = None,
        start_time: Filter = None,
        end_time: Filter = None,
        pipeline_run_id: Filter = None,
        original_step_run_id: Filter = None,
        project: Any = None,
        user: Filter = None,
        model_version_id: Filter = None,
        model: Filter = None,
        run_metadata: Optional[List[str]] = None,
        exclude_retried: Optional[bool] = None,
        hydrate: bool = False,
    ) -> Page[StepRunResponse]:
        """Step runs that match all filters (with `logical_operator="or"` any)."""
        filters = {
            "id": id, "created": created, "updated": updated, "name": name, "cache_key": cache_key, "status": status,
            "start_time": start_time, "end_time": end_time, "pipeline_run_id": pipeline_run_id,
            "original_step_run_id": original_step_run_id, "model_version_id": model_version_id, "model": model,
            "run_metadata": run_metadata, "exclude_retried": exclude_retried or None,
        }  # fmt: skip
        return find(
            StepRunResponse, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator
        )


def _metadata_of_steps(run: PipelineRunResponse) -> Any:
    return {f"{name}::{key}": value for name, step in run.steps.items() for key, value in step.run_metadata.items()}
