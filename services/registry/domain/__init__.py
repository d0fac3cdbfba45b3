"""The rules of the registry, and its refusals by name. Pure: what is goes in, what becomes of it comes out."""
