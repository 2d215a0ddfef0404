"""What ZenML's users import from its integration of polars."""
