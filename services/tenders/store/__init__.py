"""Tables, and rows from and to the domain."""
