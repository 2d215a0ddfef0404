"""What type checkers see of steps and pipelines; each `# error:` line must be refused, every other one accepted."""

from typing import List, Tuple

from typing_extensions import Annotated, assert_type

from zenml import Model, get_step_context, pipeline, save_artifact, step
from zenml.client import Client


@step
def load(n: int = 3) -> Annotated[List[int], "numbers"]:
    return list(range(n))


@step(enable_cache=False, model=Model(name="m"))
def total(numbers: List[int], scale: float = 1.0) -> float:
    return sum(numbers) * scale


@step
def pair() -> Tuple[int, str]:
    return 1, "a"


@pipeline(model=Model(name="m"))
def flow(n: int, scale: float = 1.0) -> None:
    numbers = load(n)
    assert_type(numbers, List[int])
    assert_type(total(numbers, scale=scale), float)
    first, second = pair()
    assert_type(first, int)
    assert_type(second, str)
    total(numbers, after=["load"], id="again")
    total("text")  # error: call-overload
    total(numbers, factor=2)  # error: call-overload
    load.with_options(enable_cache=False)(n)


run = flow(3, scale=2.0)
assert_type(run.name, str)
flow("three")  # error: arg-type
assert_type(total.entrypoint([1], 2.0), float)
assert_type(get_step_context().step_name, str)
assert_type(save_artifact(1, "one").version, str)
assert_type([one.name for one in Client().list_models()], List[str])
