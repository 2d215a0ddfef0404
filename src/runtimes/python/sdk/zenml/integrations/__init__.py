"""Materializers of packages, as ZenML's users import them from its integrations."""
