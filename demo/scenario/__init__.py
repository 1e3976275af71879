"""The seven chapters of the procurement, in order. Each takes the `Cast` and leaves it richer."""
