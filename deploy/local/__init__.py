"""The whole platform on one machine without Docker: real servers from Python wheels, then our services."""
