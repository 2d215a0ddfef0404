"""Files, as ZenML's users open them."""
