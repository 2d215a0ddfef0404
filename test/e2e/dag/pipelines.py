"""Pipelines to watch: one that waits for the test between its steps, one that fails, one with loops and conditions."""

import time
from pathlib import Path

from zenml import pipeline, step


def wait_for(name: str) -> None:
    """Waits until the test puts a file of this name beside the pipelines."""
    while not Path(__file__).with_name(name).exists():
        time.sleep(0.02)


@step(enable_cache=False)
def load() -> list[int]:
    return list(range(1000))


@step(enable_cache=False)
def watched(numbers: list[int], scale: int = 2) -> list[int]:
    print("watched has begun")
    wait_for("go-on")
    print("watched goes on")
    return [number * scale for number in numbers]


@step(enable_cache=False)
def summarize(numbers: list[int]) -> dict[str, int]:
    wait_for("finish")
    return {"sum": sum(numbers), "count": len(numbers)}


@pipeline
def slow():
    numbers = load()
    scaled = watched(numbers)
    summarize(scaled)


@step(enable_cache=False)
def break_down(numbers: list[int]) -> list[int]:
    totals = {"sum": sum(numbers)}
    return [totals["customer_id"]]


@step
def report(numbers: list[int]) -> str:
    return f"{len(numbers)} numbers"


@pipeline
def fragile():
    numbers = load()
    report(break_down(numbers))
    summarize(numbers)


@step
def score(numbers: list[int], fold: int) -> float:
    return sum(numbers[fold::5]) / len(numbers)


@pipeline
def branching(deep: bool = False):
    numbers = load()
    for fold in range(5):
        score(numbers, fold)
    if deep:
        report(numbers)
