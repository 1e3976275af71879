"""What may be asked; nothing here writes."""
