"""Artifacts, as ZenML's users import them."""
