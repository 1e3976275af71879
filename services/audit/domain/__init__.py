"""Plain Python: what a leaf is about, a tender rebuilt from its events, and the law as named rules."""
