"""People, organisations, roles, duties, second factors, sessions and tokens."""
