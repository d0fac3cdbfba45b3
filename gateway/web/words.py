"""Slugs in words: what the contracts call a thing, and what a reader is told. Each text is in the catalogues.

A theme is free for the centres to name; one that is not known here is shown as its own name in plain letters.
"""

import re
from collections.abc import Mapping

FIRST_WORD = re.compile(r"(\w+)[\s:;,]*")


def _(text: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return text


THEMES: Mapping[str, str] = {
    "alcohol_drug_action_plan": _("Rusmiddelpolitisk handlingsplan"),
    "annual_conference": _("Årskonferanse"),
    "brukerplan": _("BrukerPlan"),
    "child_mental_health": _("Barn og unges psykiske helse"),
    "kor": _("KOR – klient- og resultatstyrt praksis"),
    "mental_health_work": _("Lokalt psykisk helsearbeid"),
    "motivational_interviewing": _("Motiverende intervju"),
    "overdose": _("Overdose"),
    "responsible_alcohol_management": _("Ansvarlig alkoholhåndtering"),
    "ungdata": _("Ungdata"),
    "violence_and_trauma": _("Vold og traumer"),
}
KINDS: Mapping[str, str] = {
    "course": _("Kurs"),
    "lecture": _("Forelesning"),
    "conference": _("Konferanse"),
    "training_day": _("Opplæringsdag"),
    "seminar_day": _("Seminardag"),
    "topic_day": _("Fagdag"),
    "gathering": _("Samling"),
    "meeting": _("Møte"),
    "network": _("Nettverk"),
    "supervision": _("Veiledning"),
    "project": _("Prosjekt"),
    "own_arrangement": _("Eget opplegg"),
}
CERTAINTIES: Mapping[str, str] = {
    "high": _("sikkert"),
    "medium": _("nokså sikkert"),
    "low": _("usikkert"),
}
MAPPING_STATUSES: Mapping[str, str] = {
    "invited": _("invitert"),
    "agreed": _("avtalt"),
    "completed": _("gjennomført"),
    "cancelled": _("avlyst"),
}
PLAN_STATUSES: Mapping[str, str] = {
    "planned": _("planlagt"),
    "ongoing": _("pågår"),
    "in_dialogue": _("i dialog"),
    "considered": _("vurderes"),
    "conditional": _("avhenger av andre"),
    "on_request": _("på forespørsel"),
    "done": _("gjort"),
}
MILESTONES: Mapping[str, str] = {
    "mapping": _("kartlegging"),
    "measures": _("tiltak"),
    "plan": _("plan"),
    "overdose": _("Overdose"),
}
CHANNELS: Mapping[str, str] = {
    "letter": _("brev"),
    "newsletter": _("nyhetsbrev"),
    "website": _("nettsted"),
    "dialogue": _("samtale"),
    "meeting": _("møte"),
    "visit": _("besøk"),
    "call": _("telefonsamtale"),
}
BASES: Mapping[str, str] = {
    "completed": _("Gjennomført, ikke bare avtalt"),
    "agreed": _("Avtalt"),
    "recorded": _("Registrert"),
    "held": _("Avholdt, ikke bare planlagt"),
    "awarded": _("Endelig tildelt"),
    "adopted": _("Vedtatt i planen"),
    "designated": _("Utpekt og ikke avsluttet"),
}
ROLES: Mapping[str, str] = {
    "PRO": _("fagperson"),
    "KOM": _("kommunebruker"),
    "KOM+": _("kommunebruker som kan søke"),
    "ED": _("redaktør"),
    "SB": _("saksbehandler"),
    "GK": _("leder med godkjenning"),
    "ØK": _("økonomi"),
    "FAG": _("fagvurderer"),
    "KOO": _("nasjonal koordinator"),
    "HD": _("Helsedirektoratet"),
    "API": _("system"),
    "DRIFT": _("drift"),
    "REV": _("revisor"),
    "PVO": _("personvernombud"),
}
LEVELS: Mapping[str, str] = {
    "1": _("Nivå 1: enkeltkurs, forelesninger og konferanser"),
    "2": _("Nivå 2: nettverk, inntil 6 måneder"),
    "3": _("Nivå 3: veiledning over tid, 6–12 måneder"),
    "4": _("Nivå 4: endret praksis, mer enn 12 måneder"),
}
ORGANISATION_KINDS: Mapping[str, str] = {
    "korus": _("Kompetansesenter for rusfeltet"),
    "rvts": _("Ressurssenter om vold, traumatisk stress og selvmordsforebygging"),
    "rkbu": _("Kunnskapssenter for barn og unges psykiske helse"),
    "national": _("Nasjonalt kompetansesenter"),
    "research": _("Forskningssenter"),
    "sami": _("Samisk kompetansesenter"),
    "partner": _("Samarbeidspartner"),
    "authority": _("Myndighet"),
    "county_governor": _("Statsforvalter"),
    "county_authority": _("Fylkeskommune"),
    "municipality": _("Kommune"),
    "forum": _("Forum"),
    "cooperation_body": _("Samarbeidsorgan"),
    "campus": _("Studiested"),
    "user_organisation": _("Brukerorganisasjon"),
    "steering_group": _("Styringsgruppe"),
    "project_group": _("Prosjektgruppe"),
}
MANDATES: Mapping[str, str] = {"regional": _("regionalt"), "national": _("nasjonalt")}
CORE_AREAS: Mapping[str, str] = {
    "prevention": _("forebygging"),
    "early_intervention": _("tidlig innsats"),
    "treatment": _("behandling"),
}
LEGAL_FORMS: Mapping[str, str] = {
    "state_body": _("Statlig organ"),
    "health_trust": _("Helseforetak"),
    "university": _("Universitet eller høgskole"),
    "foundation": _("Stiftelse"),
    "company": _("Selskap"),
    "municipality": _("Kommune"),
    "county_authority": _("Fylkeskommune"),
}
LAWS: Mapping[str, str] = {
    "public_administration": _("forvaltningsloven"),
    "freedom_of_information": _("offentleglova"),
    "archives": _("arkivlova"),
    "language": _("språklova"),
    "norm": _("Normen"),
}
ORGANISATION_PARTS: Mapping[str, str] = {
    "mandate": _("Oppdrag"),
    "elector": _("Velger regional representant i"),
    "members": _("Medlemmer"),
    "legal_profile": _("Rettslig form"),
}
REGIONS: Mapping[str, str] = {
    "north": _("Helse Nord"),
    "mid": _("Helse Midt-Norge"),
    "west": _("Helse Vest"),
    "south_east": _("Helse Sør-Øst"),
}
WRITTEN_FORMS: Mapping[str, str] = {
    "bokmal": _("Kommunen vil ha brev fra staten på bokmål."),
    "nynorsk": _("Kommunen vil ha brev fra staten på nynorsk."),
    "neutral": _("Kommunen er nøytral mellom bokmål og nynorsk."),
}
SAMI_AREAS: Mapping[str, str] = {
    "north_sami": _("Kommunen hører til forvaltningsområdet for samiske språk: nordsamisk."),
    "lule_sami": _("Kommunen hører til forvaltningsområdet for samiske språk: lulesamisk."),
    "south_sami": _("Kommunen hører til forvaltningsområdet for samiske språk: sørsamisk."),
}
SAMI_CATEGORIES: Mapping[str, str] = {
    "language_development": _("Språkutviklingskommune for samisk"),
    "language_vitalisation": _("Språkvitaliseringskommune for samisk"),
    "language_stimulation": _("Språkstimuleringskommune for samisk"),
}
CONTACT_ROLES: Mapping[str, str] = {
    "leader": _("Leder"),
    "public_health_coordinator": _("Folkehelsekoordinator"),
    "early_intervention_coordinator": _("Koordinator for Tidlig inn"),
    "training_supervisor": _("Veileder i opplæringsprogram"),
    "municipal_psychologist": _("Kommunepsykolog"),
    "substance_use_adviser": _("Rådgiver på rusfeltet"),
    "county_governor_adviser": _("Rådgiver hos Statsforvalteren"),
    "mapping_coordinator": _("Koordinator for kartlegginger"),
    "other": _("Annen kontaktperson"),
}
CONTACT_LANGUAGES: Mapping[str, str] = {
    "nb": _("bokmål"),
    "nn": _("nynorsk"),
    "se": _("nordsamisk"),
    "en": _("engelsk"),
}
LETTER_STATUSES: Mapping[str, str] = {
    "prepared": _("skrevet, ikke sendt"),
    "released": _("sendt ut"),
    "withdrawn": _("trukket tilbake"),
}
RECEIPT_STATUSES: Mapping[str, str] = {
    "no_mailbox": _("mangler postmottak"),
    "prepared": _("klar til å sendes"),
    "waiting": _("på vei"),
    "sent": _("sendt"),
    "bounced": _("kom i retur"),
    "not_sent": _("ikke sendt"),
    "withdrawn": _("trukket tilbake"),
}
NORWEGIAN_FORMS: Mapping[str, str] = {
    "both": _("bokmål og nynorsk etter hverandre"),
    "nb": _("bokmål"),
    "nn": _("nynorsk"),
}
LAWFUL_BASES: Mapping[str, str] = {
    "consent": _("Du har samtykket."),
    "legal_obligation": _("En lov krever det."),
    "public_task": _("Det trengs for en oppgave i allmennhetens interesse."),
    "legitimate_interest": _("Den som har registrert deg, har en berettiget interesse i det."),
}
LINK_ANSWERS: Mapping[str, str] = {
    "still_right": _("Alt er riktig"),
    "not_mine": _("Jeg er ikke lenger kontaktperson"),
    "erase_me": _("Slett opplysningene om meg"),
}
ERASURE_DECISIONS: Mapping[str, str] = {
    "erase": _("De skal slettes."),
    "keep_for_archive": _("Arkivlova krever at de tas vare på."),
    "keep_for_legal_claim": _("De trengs for å avgjøre et rettskrav."),
    "keep_by_law": _("En lov krever at de tas vare på."),
}
SPAN_KINDS: Mapping[str, str] = {
    "server": _("svarer"),
    "client": _("spør"),
    "producer": _("sender ut"),
    "consumer": _("tar imot"),
    "internal": _("arbeider"),
}
EFFECT_STATUSES: Mapping[str, str] = {
    "held": _("Skal leses først"),
    "waiting": _("Venter"),
    "done": _("Sendt"),
    "refused": _("Avvist av mottakeren"),
    "given_up": _("Gitt opp"),
}
SERVICES: Mapping[str, str] = {
    "gateway": _("Inngangen"),
    "registry": _("Register"),
    "events": _("Tilbud og aktiviteter"),
    "funding": _("Tilskudd"),
    "reporting": _("Rapportering"),
}


def spelled(slug: str) -> str:
    """A slug that no table knows, as plain letters."""
    plain = slug.replace("_", " ").replace("-", " ").strip()
    return plain[:1].upper() + plain[1:]


def certainty_of(told: str) -> tuple[str, str]:
    """The word of :data:`CERTAINTIES` that a text on how certain something is begins with, and the rest of the text.

    The word is empty where the text begins with another; then all of the text is the rest.
    """
    found = FIRST_WORD.match(told)
    if found is None or found[1] not in CERTAINTIES:
        return "", told
    return found[1], told[found.end() :]
