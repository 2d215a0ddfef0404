"""Helpers, as ZenML's users import them."""
