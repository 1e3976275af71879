"""What may be done: one function, one transaction. `prepare_…` functions do the slow work before it."""
