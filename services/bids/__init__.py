"""Sealed bids: taking them, keeping them sealed, opening them by a quorum, and the record of the opening."""
