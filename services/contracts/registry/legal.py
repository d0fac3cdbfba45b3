"""What an organisation is in law, and which rules follow from it (trust R82)."""

from enum import StrEnum

from services.contracts.message import Public


class LegalForm(StrEnum):
    """What an organisation, or its host, is in law."""

    state_body = "state_body"
    health_trust = "health_trust"
    university = "university"
    foundation = "foundation"
    company = "company"
    municipality = "municipality"
    county_authority = "county_authority"


class Law(StrEnum):
    """A rule that applies to some hosts and not to others."""

    public_administration = "public_administration"
    """forvaltningsloven"""
    freedom_of_information = "freedom_of_information"
    """offentleglova"""
    archives = "archives"
    """arkivlova"""
    language = "language"
    """språklova"""
    norm = "norm"
    """Normen for information security in health and care"""


class LegalProfile(Public):
    """What an organisation is in law, and which rules are known to apply to it. No laws: it is not settled which."""

    form: LegalForm
    laws: tuple[Law, ...] = ()
