"""Steps of this language in a pipeline of another: imported, bound to what the call gives, and ready to be executed."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Dict, List, Mapping, Optional, Tuple

from headrace import _active
from headrace._compile import Plan, Request, compile_pipeline, located
from headrace._module import import_file
from headrace._outputs import DEFAULT_OUTPUT, Output
from headrace._trace import StepArtifact, Trace
from headrace._warm import third_party_modules
from headrace.exceptions import StepInterfaceError
from headrace.pipelines.pipeline_definition import Pipeline
from headrace.steps.base_step import BaseStep

__all__ = ["compile_steps"]


class _Upstream(StepArtifact):
    """What a call takes that is no parameter: which artifact it is, the pipeline's own language knows."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace, "", Output(DEFAULT_OUTPUT, Any, None, None), alone=True)


def compile_steps(params: Mapping[str, Any], workspace: str) -> Tuple[Plan, List[str]]:
    """Compile as ``CompileStepsParams`` say: the calls as a pipeline of their own.

    Returns:
        The plan, and the third-party modules that the imports pulled in.

    Raises:
        BaseException: What importing the files raises, or what is wrong with a step or with what it is given.
    """
    modules: Dict[str, ModuleType] = {}
    for call in params["calls"]:
        if call["file"] not in modules:
            modules[call["file"]] = import_file(call["file"], workspace)

    def calls() -> None:
        for call in params["calls"]:
            try:
                _call(_step(modules[call["file"]], call), call)
            except Exception as error:
                raise _placed(error, call["call"]) from None

    options: Dict[str, Any] = {"model": _model(params["pipeline"]["model"])}
    pipeline = Pipeline(params["pipeline"]["name"], calls, **options)
    return compile_pipeline(pipeline, (), {}, Request()), third_party_modules()


def _call(step: BaseStep, call: Mapping[str, Any]) -> None:
    trace = _active.trace()
    if trace is None:
        raise RuntimeError("Steps are called while a pipeline is traced.")
    given = {name: _given(trace, value) for name, value in call["inputs"].items()}
    trace.call(step, (), given, invocation_id=call["invocation"])
    trace.invocations[call["invocation"]].call = call["call"]


def _given(trace: Trace, value: Mapping[str, Any]) -> Any:
    if value["kind"] == "value":
        return value["value"]
    if value["kind"] == "list":
        return [_Upstream(trace) for _item in value["items"]]
    return _Upstream(trace)


def _step(module: ModuleType, call: Mapping[str, Any]) -> BaseStep:
    named = {name: value for name, value in vars(module).items() if isinstance(value, BaseStep)}
    found = named.get(call["name"]) or next((step for step in named.values() if step.name == call["name"]), None)
    if found is None:
        known = ", ".join(f"`{name}`" for name in named) or "none"
        raise StepInterfaceError(f"{call['file']} has no step `{call['name']}`; it has {known}.")
    return found if call["model"] is None else found.with_options(model=_model(call["model"]))


def _model(config: Optional[Mapping[str, Any]]) -> Any:
    """A ``Model`` from its form in the spec."""
    if config is None:
        return None
    from headrace.model import Model

    return Model(
        name=config["name"],
        version=config["version"],
        license=config.get("license"),
        description=config.get("description"),
        audience=config.get("audience"),
        use_cases=config.get("useCases"),
        limitations=config.get("limitations"),
        trade_offs=config.get("tradeOffs"),
        ethics=config.get("ethics"),
        tags=config.get("tags"),
    )


def _placed(error: Exception, call: Optional[Dict[str, Any]]) -> Exception:
    """What is wrong with a call lies where the other language makes it."""
    if call is None or hasattr(error, "__headrace_location__"):
        return error
    return located(error, call)
