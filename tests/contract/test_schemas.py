"""What the services publish is what the documents promise, and what CloudEvents says an envelope is."""

import copy
import json
from datetime import date
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import BaseModel

from deploy.schemas import ASYNCAPI, SCHEMAS, asyncapi, messages, schemas, withdrawn
from services.contracts.message import Envelope
from services.contracts.registry import Mapping, MappingInvited, MappingStatus, MappingTool
from tests.messages import written

COMMITTED = json.loads(SCHEMAS.read_text("utf-8"))

MAPPING = Mapping(
    mapping_id=UUID("00000000-0000-7000-8000-000000000001"),
    tool=MappingTool.ungdata,
    unit_code="1902",
    year=2016,
    sequence=1,
    centre_id=UUID("00000000-0000-7000-8000-000000000002"),
    status=MappingStatus.invited,
    invited_on=date(2016, 4, 8),
)
BODY = written(
    MappingInvited(occurred_on=date(2016, 4, 8), mapping=MAPPING),
    1,
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    correlationid="c",
    organisation="00000000-0000-7000-8000-000000000002",
)


def test_nothing_that_was_promised_is_withdrawn():
    assert list(withdrawn(COMMITTED, schemas())) == []
    assert list(withdrawn(json.loads(ASYNCAPI.read_text("utf-8")), asyncapi())) == []


def changed(path: str, value: Any = None) -> dict[str, Any]:
    """The committed schemas with one place changed, or taken away."""
    document = copy.deepcopy(COMMITTED)
    *way, last = path.split("/")
    place = document
    for name in way:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("messages/samla.registry.mapping.invited.v1", None),
        ("$defs/Mapping", None),
        ("$defs/Mapping/properties/unit_code", None),
        ("$defs/Mapping/properties/year/type", "string"),
        ("$defs/Mapping/required", ["mapping_id"]),
        ("$defs/MappingStatus/enum", ["invited"]),
        ("$defs/MappingStatus", {"pattern": "^c[a-z]+$", "title": "MappingStatus", "type": "string"}),
    ],
)
def test_a_withdrawal_is_found(path: str, value: Any):
    found = list(withdrawn(COMMITTED, changed(path, value)))
    assert found
    assert all(place.startswith(f"/{path}") for place in found)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("messages/samla.registry.mapping.sung.v1", {"$ref": "#/$defs/Mapping"}),
        ("$defs/Mapping/properties/note", {"type": "string"}),
        ("$defs/MappingStatus/enum", ["more", *COMMITTED["$defs"]["MappingStatus"]["enum"]]),
        ("$defs/MappingStatus", {"pattern": "^[a-z]+$", "title": "MappingStatus", "type": "string"}),
        ("$defs/Mapping/description", "In other words."),
    ],
)
def test_an_addition_passes(path: str, value: Any):
    assert list(withdrawn(COMMITTED, changed(path, value))) == []


def test_every_reference_of_the_documents_leads_somewhere():
    made = schemas()
    for document in (made, asyncapi()):
        for reference in references(document):
            file, _, way = reference.partition("#/")
            place: Any = made if file else document
            # A channel's name has dots and no slashes, so each step is one name.
            for name in way.split("/"):
                place = place[name]


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for value in part.values() for found in references(value)]
    return [found for value in part for found in references(value)] if isinstance(part, list) else []


def test_a_real_message_is_what_its_schema_says():
    said = json.loads(BODY)
    for name in ("Envelope", "MappingInvited"):
        schema = {"$ref": f"#/$defs/{name}", "$defs": COMMITTED["$defs"]}
        jsonschema_rs.validate(schema, said if name == "Envelope" else said["data"])


def test_the_envelope_is_read_and_written_alike_by_the_cloudevents_package():
    event = JSONFormat().read(CloudEvent, BODY)
    ours = Envelope.model_validate_json(BODY)
    assert event.get_specversion() == "1.0"
    assert (event.get_id(), event.get_type(), event.get_source()) == (str(ours.id), ours.type, ours.source)
    assert (event.get_subject(), event.get_time()) == (ours.subject, ours.time)
    assert event.get_extension("aggregateversion") == 1
    assert event.get_extension("traceparent") == ours.traceparent
    assert Envelope.model_validate_json(JSONFormat().write(event)) == ours


def test_every_type_says_its_publisher_its_aggregate_its_fact_and_its_version():
    for message in messages():
        samla, publisher, aggregate, fact, version = message.type.split(".")
        assert (samla, publisher, aggregate) == ("samla", message.publisher(), message.aggregate)
        assert fact.replace("_", "").isalpha()
        assert version[0] == "v"
        assert version[1:].isdigit()


def test_no_message_has_a_place_for_a_person():
    personal = {"email", "e_mail", "phone", "mobile", "person", "person_name", "first_name", "last_name", "ssn", "born"}
    for message in messages():
        assert fields_of(message) & personal == set(), message.type


def fields_of(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> set[str]:
    names = set(model.model_fields)
    for other in _models_in(model):
        if other not in seen:
            names |= fields_of(other, seen | {model})
    return names


def _models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    waiting: list[Any] = [field.annotation for field in model.model_fields.values()]
    while waiting:
        annotation = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.append(annotation)
        waiting.extend(getattr(annotation, "__args__", ()))
    return found
