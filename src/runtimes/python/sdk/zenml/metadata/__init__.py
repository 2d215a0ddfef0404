"""Metadata, as ZenML's users import it."""
