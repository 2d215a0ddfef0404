"""Artifacts: what steps return, what is saved by hand, and values from outside."""
