"""What the engine answers, as objects with ZenML's names (zenml-semantics §4.11)."""
