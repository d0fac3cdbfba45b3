"""The registry over HTTP, one module per subject. Paths are those of the public API without its prefix."""

from services.registry.api.routes import routes

__all__ = ["routes"]
