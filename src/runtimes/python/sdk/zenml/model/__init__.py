"""Models, as ZenML's users import them."""
