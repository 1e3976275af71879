"""How Licita is put on machines."""
