"""What may be done with the register: one function, one transaction."""
