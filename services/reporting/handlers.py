"""What we make of what others say: each copy, the pure fold that makes its rows, and the indicators that it feeds."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.contracts.events import ActivityMessage, OfferMessage, ProgrammeMessage
from services.contracts.funding import GrantMessage, SchemeMessage
from services.contracts.message import Message, Received
from services.contracts.registry import (
    AwarenessMessage,
    CountyMessage,
    GeographicChangeMessage,
    MappingMessage,
    OrganisationMessage,
    UnitMessage,
)
from services.contracts.registry.focus import FocusMessage
from services.contracts.registry.mapping_tools import SurveyToolMessage
from services.contracts.registry.overdoses import OverdoseUnitMessage
from services.kernel.copies import Copy, Row
from services.reporting.domain.catalogue import INDICATORS, fed_by
from services.reporting.domain.scope import Source
from services.reporting.tables import (
    ActivityHistory,
    AwarenessHistory,
    ChangeHistory,
    CountyHistory,
    FocusNominationHistory,
    GrantHistory,
    History,
    Latest,
    MappingHistory,
    MappingToolHistory,
    OfferHistory,
    OrganisationCopy,
    OverdoseUnitHistory,
    ProgrammeHistory,
    SchemeHistory,
    UnitHistory,
    table,
)

Fold = Callable[[Sequence[Received[Any]]], Iterable[Row]]

FEEDS: Mapping[type[Latest] | type[History], tuple[str, ...]] = {
    # Places and centres decide the denominators of every figure.
    UnitHistory: tuple(INDICATORS),
    CountyHistory: tuple(INDICATORS),
    ChangeHistory: tuple(INDICATORS),
    OrganisationCopy: tuple(INDICATORS),
    MappingHistory: fed_by(Source.mappings),
    MappingToolHistory: fed_by(Source.mapping_tools),
    OverdoseUnitHistory: fed_by(Source.overdose_units),
    AwarenessHistory: fed_by(Source.awareness),
    FocusNominationHistory: fed_by(Source.focus_nominations),
    ProgrammeHistory: fed_by(Source.programmes),
    OfferHistory: fed_by(Source.offers),
    ActivityHistory: fed_by(Source.activities),
    SchemeHistory: fed_by(Source.schemes),
    GrantHistory: fed_by(Source.grants),
}
"""The indicators that the rows of each table feed; the consumer's span names them."""


def newest_of(key: str, thing: str) -> Fold:
    """A fold that keeps the newest state. ``thing`` is the field of the message that holds it."""

    def fold(received: Sequence[Received[Any]]) -> Iterator[Row]:
        for each in received:
            yield _row(each, key, thing)

    return fold


def history_of(key: str, thing: str) -> Fold:
    """A fold that keeps every version."""

    def fold(received: Sequence[Received[Any]]) -> Iterator[Row]:
        for each in received:
            yield {**_row(each, key, thing), "recorded_at": each.recorded_at}

    return fold


def _row(received: Received[Any], key: str, thing: str) -> dict[str, Any]:
    return {
        key: received.message.aggregate_id,
        "version": received.version,
        "message_id": str(received.message_id),
        "state": getattr(received.message, thing).model_dump(mode="json", exclude_defaults=True),
    }


def _latest(row: type[Latest], of: type[Message], key: str, thing: str) -> Copy:
    return Copy(table(row), newest_of(key, thing), of, key, feeds=FEEDS[row])


def _history(row: type[History], of: type[Message], key: str, thing: str) -> Copy:
    return Copy(table(row), history_of(key, thing), of, key, history=True, feeds=FEEDS[row])


COPIES = (
    _history(UnitHistory, UnitMessage, "code", "unit"),
    _history(CountyHistory, CountyMessage, "code", "county"),
    _history(ChangeHistory, GeographicChangeMessage, "change_id", "change"),
    _latest(OrganisationCopy, OrganisationMessage, "organisation_id", "organisation"),
    _history(MappingHistory, MappingMessage, "mapping_id", "mapping"),
    _history(MappingToolHistory, SurveyToolMessage, "tool", "mapping_tool"),
    _history(OverdoseUnitHistory, OverdoseUnitMessage, "overdose_unit_id", "overdose_unit"),
    _history(AwarenessHistory, AwarenessMessage, "awareness_id", "awareness"),
    _history(FocusNominationHistory, FocusMessage, "nomination_id", "nomination"),
    _history(ProgrammeHistory, ProgrammeMessage, "programme_id", "programme"),
    _history(OfferHistory, OfferMessage, "offer_id", "offer"),
    _history(ActivityHistory, ActivityMessage, "activity_id", "activity"),
    _history(SchemeHistory, SchemeMessage, "scheme_id", "scheme"),
    _history(GrantHistory, GrantMessage, "grant_id", "grant"),
)
