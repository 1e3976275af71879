"""The append-only log of every event, its proofs and its replay."""
