"""Files, for materializers that open them through ZenML's functions."""
