"""What the forms of one agreement say, in the registry's words."""

from typing import Any

from starlette.datastructures import FormData

from gateway.web.fields import day_in, in_both, written


def signature(sent: FormData) -> dict[str, Any]:
    """A party signs exactly what the form showed; for another party by what is referred to."""
    told = {"document_sha256": written(sent, "digest"), "occurred_on": day_in(sent, "occurred_on")}
    return {"party": party_in(sent, "party")} | told


def signature_for(sent: FormData) -> dict[str, Any]:
    """The same for a party that has not signed here itself."""
    return signature(sent) | {"document_reference": written(sent, "document_reference")}


def evidence(sent: FormData) -> dict[str, Any]:
    """What shows that a commitment is met."""
    told = {name: written(sent, name) for name in ("kind", "reference")}
    return told | {"occurred_on": day_in(sent, "occurred_on")}


def verification(sent: FormData) -> dict[str, Any]:
    """Somebody says that the evidence holds."""
    return {"occurred_on": day_in(sent, "occurred_on")}


def ending(sent: FormData) -> dict[str, Any]:
    """It binds no more, and why."""
    return {"reason": in_both(sent, "reason"), "occurred_on": day_in(sent, "occurred_on")}


def party_in(sent: FormData, name: str) -> dict[str, str]:
    """A party as a field names it: its kind and its id."""
    kind, _, party_id = written(sent, name).partition("/")
    return {"kind": kind, "party_id": party_id}
