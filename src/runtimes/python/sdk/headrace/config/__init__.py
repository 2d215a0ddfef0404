"""Configuration of steps and pipelines."""
