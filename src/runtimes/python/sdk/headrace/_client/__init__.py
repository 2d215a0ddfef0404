"""The parts of `Client`, by what they are about."""
