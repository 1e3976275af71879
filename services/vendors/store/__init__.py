"""Tables of the suppliers' register, and rows from and to the domain."""
