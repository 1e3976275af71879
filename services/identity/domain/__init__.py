"""Rules about accounts, roles, duties and sessions: plain Python."""
