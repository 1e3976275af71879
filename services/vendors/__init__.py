"""Suppliers: registration, evidence, verification, suspension, debarment, and who may bid."""
