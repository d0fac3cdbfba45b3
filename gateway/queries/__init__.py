"""What the catalogue answers. Each function reads one consistent view and changes nothing."""

from gateway.queries.agreements import focus_municipalities, signed_agreements
from gateway.queries.coverage import covered_by, units_covered
from gateway.queries.covered import Known, Mapped, Telling, known_of
from gateway.queries.groups import (
    group_on,
    groups,
    localities,
    representative_named,
    representative_on,
    representatives,
)
from gateway.queries.municipality import Award, awareness_of, coordinated_offer, grants_of, mappings_of
from gateway.queries.organisations import WantedOrganisations, organisation_on, organisations
from gateway.queries.places import (
    counties,
    districts,
    find_places,
    history,
    municipalities,
    place_detail,
    places_found,
    ready_place,
)
from gateway.queries.points import GEOJSON, points
from gateway.queries.published import (
    Stored,
    Wanted,
    WantedMappings,
    activities_page,
    activity,
    awards_page,
    offer,
    offers_page,
    programmes_page,
    public_mappings_page,
    schemes_page,
)
from gateway.queries.table import table
from gateway.queries.timeline import timeline

__all__ = [
    "GEOJSON",
    "Award",
    "Known",
    "Mapped",
    "Stored",
    "Telling",
    "Wanted",
    "WantedMappings",
    "WantedOrganisations",
    "activities_page",
    "activity",
    "awards_page",
    "awareness_of",
    "coordinated_offer",
    "counties",
    "covered_by",
    "districts",
    "find_places",
    "focus_municipalities",
    "grants_of",
    "group_on",
    "groups",
    "history",
    "known_of",
    "localities",
    "mappings_of",
    "municipalities",
    "offer",
    "offers_page",
    "organisation_on",
    "organisations",
    "place_detail",
    "places_found",
    "points",
    "programmes_page",
    "public_mappings_page",
    "ready_place",
    "representative_named",
    "representative_on",
    "representatives",
    "schemes_page",
    "signed_agreements",
    "table",
    "timeline",
    "units_covered",
]
