"""The rules of reporting: pure functions over known states. Each module is one subject."""
