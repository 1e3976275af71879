"""The services. Each folder is deployed on its own and meets the others only on the wire."""
