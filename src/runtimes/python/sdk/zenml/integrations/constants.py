"""Names of integrations, for `DockerSettings(required_integrations=[...])`: accepted there, and without effect here."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """`MLFLOW` is `"mlflow"`, and so on."""
    if not name.isupper():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return name.lower()
