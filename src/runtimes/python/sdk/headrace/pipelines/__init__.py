"""Pipelines: declaring, configuring and calling them."""
