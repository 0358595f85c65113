"""kumppanuus: how a whole system of child and family services works, and where to change it."""

__version__ = "0.1.0"
