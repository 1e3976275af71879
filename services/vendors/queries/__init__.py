"""What may be asked of the register; nothing here writes."""
