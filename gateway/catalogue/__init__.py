"""The reference part of the catalogue in memory: the country, the organisations, and their lists as ready bytes."""

from gateway.catalogue.keeping import Catalogue
from gateway.catalogue.ready import Ready
from gateway.catalogue.snapshot import Snapshot

__all__ = ["Catalogue", "Ready", "Snapshot"]
