"""What may be done with accounts: one function, one transaction. Proving comes before, in its own."""
