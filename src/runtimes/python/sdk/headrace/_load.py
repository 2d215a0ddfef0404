"""From a file's path to a plan: import it, choose the pipeline, compile it."""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple

from headrace import _code
from headrace._compile import Plan, Request, compile_pipeline
from headrace._module import import_file
from headrace._warm import third_party_modules
from headrace.exceptions import PipelineInterfaceError
from headrace.pipelines.pipeline_definition import Pipeline

if TYPE_CHECKING:
    from headrace.pipelines.pipeline_definition import Pipeline as AnyPipeline

__all__ = ["choose_pipeline", "compile_file"]


def compile_file(params: Mapping[str, Any], workspace: str) -> Tuple[Plan, List[str]]:
    """Compile as ``CompileParams`` say.

    Returns:
        The plan, and the third-party modules that the import pulled in.

    Raises:
        PipelineInterfaceError: The file has no pipeline, or not the one that is wanted, or several.
        BaseException: What importing the file or calling the pipeline's function raises.
    """
    from headrace._run import take_ignored_calls

    path = os.path.abspath(params["file"])
    module = import_file(path, workspace)
    pipeline = choose_pipeline(module, path, params["pipeline"])
    request = Request(params["configPath"], params.get("runName"), bool(params.get("replica")))
    plan = compile_pipeline(pipeline, (), params["parameters"], request)
    plan.spec["notices"][:0] = take_ignored_calls()
    return plan, third_party_modules()


def choose_pipeline(module: ModuleType, path: str, wanted: Optional[str]) -> "AnyPipeline":
    """The pipeline of a module with a name, of the function or its own; or the only one.

    Raises:
        PipelineInterfaceError: There is none, or there are several.
    """
    named = {name: value for name, value in vars(module).items() if isinstance(value, Pipeline)}
    file = os.path.basename(path)
    if wanted is not None:
        for name, pipeline in named.items():
            if wanted in (name, pipeline.__name__, pipeline.name):
                return pipeline
        raise PipelineInterfaceError(f"{file} has no pipeline `{wanted}`. {_known(named)}")
    # One that another module has made is only meant when the file has none of its own.
    distinct = list({id(pipeline): pipeline for pipeline in named.values()}.values())
    own = [pipeline for pipeline in distinct if _file_of(pipeline) == path]
    candidates = own or distinct
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise PipelineInterfaceError(
            f"{file} has no pipeline. Decorate the function that calls the steps with `@pipeline`, at the top level of "
            f"the file.{_installed_zenml(module)}"
        )
    raise PipelineInterfaceError(f"{file} has several pipelines: say which one. {_known(named)}")


def _known(named: Dict[str, "AnyPipeline"]) -> str:
    if not named:
        return "It has none at all."
    listed = ", ".join(
        f"`{name}`" if name == pipeline.name else f"`{name}` (named {pipeline.name!r})" for name, pipeline in named.items()
    )
    return f"It has {listed}."


def _file_of(pipeline: "AnyPipeline") -> Optional[str]:
    location = _code.location_of(pipeline.entrypoint)
    return location["file"] if location else None


def _installed_zenml(module: ModuleType) -> str:
    """With the installed ZenML chosen, its pipelines are none of ours."""
    for value in vars(module).values():
        kind = type(value)
        if kind.__module__.startswith("zenml.") and kind.__name__ == "Pipeline":
            return " (It has a pipeline of the installed ZenML: HEADRACE_ZENML=installed is set. Unset it to run with Headrace.)"
    return ""
