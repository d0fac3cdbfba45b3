"""The reference part of the catalogue in memory: the country, the organisations, and their lists as ready bytes."""

from gateway.catalogue.keeping import Catalogue, NothingKnown
from gateway.catalogue.ready import Ready
from gateway.catalogue.snapshot import Snapshot

__all__ = ["Catalogue", "NothingKnown", "Ready", "Snapshot"]
