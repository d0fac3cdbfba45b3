"""Faults done to a running installation under load, and what became of what its clients were promised."""
