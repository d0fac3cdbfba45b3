"""What the gateway passes on is what the services take: same path, action, status and parameters."""

from collections.abc import Iterator

import pytest
from fastapi import params
from fastapi.dependencies.utils import get_flat_params

from gateway.v1 import (
    agreements,
    contacts,
    events,
    funding,
    letters,
    overdoses,
    proposals,
    registry,
    reporting,
    surveys,
    unit_records,
)
from gateway.v1.forwarding import Forwarded
from services.events.service import events as events_service
from services.funding.service import funding as funding_service
from services.kernel.service import Service
from services.kernel.web import Route
from services.registry.service import registry as registry_service
from services.reporting.service import reporting as reporting_service

SERVICES = {service.name: service for service in (registry_service, events_service, funding_service, reporting_service)}
TABLES = (
    *registry.TABLE,
    *contacts.TABLE,
    *surveys.TABLE,
    *unit_records.TABLE,
    *overdoses.TABLE,
    *agreements.TABLE,
    *letters.TABLE,
    *proposals.TABLE,
    *events.TABLE,
    *funding.TABLE,
    *reporting.TABLE,
)

NOT_PASSED_ON = {
    # Answered from the catalogue.
    ("registry", "GET", "/municipalities"),
    ("registry", "GET", "/municipalities/{code}"),
    ("registry", "GET", "/municipalities/{code}/history"),
    ("registry", "GET", "/counties"),
    ("registry", "GET", "/districts"),
    ("registry", "GET", "/organisations"),
    ("registry", "GET", "/organisations/{organisation_id}"),
    ("registry", "GET", "/groups"),
    ("registry", "GET", "/groups/{group_id}"),
    ("registry", "GET", "/localities"),
    ("registry", "GET", "/mapping-tools"),
    ("registry", "GET", "/membership-programmes"),
    ("registry", "GET", "/programme-memberships"),
    ("registry", "GET", "/programme-memberships/{programme_membership_id}"),
    ("registry", "GET", "/overdose-counts"),
    ("registry", "GET", "/overdose-counts/{overdose_count_id}"),
    ("registry", "GET", "/service-links"),
    ("registry", "GET", "/service-links/{service_link_id}"),
    ("registry", "GET", "/plan-anchors"),
    ("registry", "GET", "/plan-anchors/{plan_anchor_id}"),
    ("registry", "GET", "/representatives"),
    ("registry", "GET", "/representatives/{representative_id}"),
    ("events", "GET", "/programmes"),
    ("events", "GET", "/offers"),
    ("events", "GET", "/activities"),
    ("funding", "GET", "/schemes"),
    # Passed on by a route of its own, after a look at who asks.
    ("registry", "GET", "/mappings"),
    ("registry", "GET", "/mappings/{mapping_id}"),
    ("events", "GET", "/offers/{offer_id}"),
    ("events", "GET", "/activities/{activity_id}"),
}


def shown(line: Forwarded) -> str:
    return f"{line.method} {line.path}"


def routes_of(service: Service) -> Iterator[tuple[str, Route]]:
    for route in service.routes.routes:
        for method in (route.methods or set()) - {"HEAD"}:
            yield f"{method} {route.path}", route


def query_of(route: Route) -> set[str]:
    return {each.alias for each in get_flat_params(route.dependant) if isinstance(each.field_info, params.Query)}


@pytest.mark.parametrize("line", TABLES, ids=shown)
def test_a_line_of_the_table_fits_the_service(line: Forwarded):
    routes = dict(routes_of(SERVICES[line.service]))
    assert shown(line) in routes, f"{line.service} has no such route"
    route = routes[shown(line)]
    assert route.action == line.action
    assert (route.status_code or 200) == line.status
    assert query_of(route) == set(line.query)


@pytest.mark.parametrize("line", [line for line in TABLES if line.asks is not None], ids=shown)
def test_the_described_body_is_the_one_the_service_reads(line: Forwarded):
    route = dict(routes_of(SERVICES[line.service]))[shown(line)]
    assert route.body_field is not None
    assert route.body_field.field_info.annotation is line.asks


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_everything_that_a_service_takes_can_be_reached(service: Service):
    passed_on = {(line.service, line.method, line.path) for line in TABLES} | NOT_PASSED_ON
    for address, _ in routes_of(service):
        method, path = address.split(" ")
        assert (service.name, method, path) in passed_on
