"""What may be done: one function, one transaction."""
