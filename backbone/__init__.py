"""Plumbing shared by every service: it knows the wire, the database and the log, and no service by name."""
