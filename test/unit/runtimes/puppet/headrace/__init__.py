"""A stand-in for the SDK that does what a test tells it: `execute` runs the source in `context.code`."""
