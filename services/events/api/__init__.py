"""Events over HTTP, one module per subject. Paths are those of the public API without its prefix."""

from services.events.api.routes import routes

__all__ = ["routes"]
