"""Steps: declaring them, calling them, and their context while they run."""
