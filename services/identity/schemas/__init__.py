"""JSON shapes in and out."""
