"""What may be asked. Nothing here writes, and before the opening nothing here depends on the bids of others."""
