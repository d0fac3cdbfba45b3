"""The gateway's tables: who may come in, the feed for partners, and the catalogue's copies of others' facts."""

from gateway.tables.catalogue import (
    ActivityCopy,
    ActivityUnitCopy,
    AwarenessCopy,
    CountyCopy,
    GeographicChangeCopy,
    GrantCopy,
    GroupCopy,
    LocalityCopy,
    MappingCopy,
    MappingToolCopy,
    OfferAreaCopy,
    OfferCopy,
    OrganisationCopy,
    PlanAnchorCopy,
    ProgrammeCopy,
    RepresentativeCopy,
    SchemeCopy,
    UnitCopy,
)
from gateway.tables.feed import FeedEntryRow, FeedPositionRow
from gateway.tables.identity import AccountRow, ApiKeyRow, LoginAttemptRow, SessionRow
from gateway.tables.metadata import METADATA

__all__ = [
    "METADATA",
    "AccountRow",
    "ActivityCopy",
    "ActivityUnitCopy",
    "ApiKeyRow",
    "AwarenessCopy",
    "CountyCopy",
    "FeedEntryRow",
    "FeedPositionRow",
    "GeographicChangeCopy",
    "GrantCopy",
    "GroupCopy",
    "LocalityCopy",
    "LoginAttemptRow",
    "MappingCopy",
    "MappingToolCopy",
    "OfferAreaCopy",
    "OfferCopy",
    "OrganisationCopy",
    "PlanAnchorCopy",
    "ProgrammeCopy",
    "RepresentativeCopy",
    "SchemeCopy",
    "SessionRow",
    "UnitCopy",
]
