"""Fixtures that every folder of tests may use."""

from tests.support.stack import platform, stack

__all__ = ["platform", "stack"]
