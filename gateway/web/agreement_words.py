"""What is between parties, and what is on record of a place, in words; :mod:`gateway.web.words` has all else."""

from collections.abc import Mapping

from gateway.web.words import _

KINDS: Mapping[str, str] = {
    "cooperation": _("Samarbeidsavtale"),
    "focus": _("Avtale med innsatskommune"),
}
STATUSES: Mapping[str, str] = {
    "drafted": _("til signering"),
    "in_force": _("gjelder"),
    "ended": _("avsluttet"),
    "replaced": _("erstattet av en annen avtale"),
}
EVIDENCE_KINDS: Mapping[str, str] = {
    "decision": _("vedtak"),
    "plan": _("plan"),
    "report": _("rapport"),
    "survey": _("kartlegging"),
    "minutes": _("referat"),
    "other": _("annet"),
}
PLAN_TYPES: Mapping[str, str] = {
    "public_health_plan": _("Folkehelseplan"),
    "alcohol_drug_action_plan": _("Rusmiddelpolitisk handlingsplan"),
    "planning_strategy": _("Planstrategi"),
    "master_plan_society": _("Kommuneplanens samfunnsdel"),
    "master_plan_land_use": _("Kommuneplanens arealdel"),
    "action_part": _("Handlingsdel med økonomiplan"),
    "sector_plan": _("Temaplan eller kommunedelplan"),
    "other": _("Annen plan"),
}
FACTS: Mapping[str, str] = {
    "drafted": _("Lagt fram for partene"),
    "changed": _("Endret, og lagt fram på nytt"),
    "party_signed": _("En part signerte"),
    "signed": _("Alle har signert"),
    "ended": _("Avsluttet"),
    "replaced": _("Erstattet av en annen avtale"),
    "revision_due": _("Fristen for revisjon gikk ut"),
    "evidence_provided": _("En forpliktelse ble dokumentert"),
    "commitment_verified": _("Dokumentasjon ble bekreftet"),
    "commitment_overdue": _("Fristen for en forpliktelse gikk ut"),
    "nominated": _("Nominert"),
    "assessed": _("Vurdert"),
    "designated": _("Utpekt"),
    "refused": _("Avslått"),
}
PARTS: Mapping[str, str] = {
    "title": _("tittelen"),
    "scope": _("hva avtalen gjelder"),
    "unit_codes": _("hvilke kommuner den gjelder"),
    "anchoring": _("forankringen"),
    "document": _("dokumentet"),
    "revise_by": _("fristen for revisjon"),
}
"""What the editions of an agreement may differ in, beside the commitments."""

FOCUS_STATUSES: Mapping[str, str] = {
    "nominated": _("nominert"),
    "assessed": _("vurdert"),
    "designated": _("innsatskommune"),
    "refused": _("avslått"),
    "ended": _("avsluttet"),
}
CRITERIA: Mapping[str, str] = {
    "anchoring": _("Langsiktig, og forankret administrativt og politisk"),
    "plans": _("Forankret i kommunale planer"),
    "agreement": _("Forpliktende skriftlig avtale"),
    "geographic_spread": _("Rimelig geografisk spredning"),
    "special_needs": _("Særskilte behov"),
}
MEMBERSHIP_ROLES: Mapping[str, str] = {
    "key": _("nøkkelkommune"),
    "pilot": _("pilotkommune"),
    "participant": _("deltaker"),
    "member": _("medlem"),
}
SERVICE_TYPES: Mapping[str, str] = {
    "relevant_health_care": _("Nødvendig helsehjelp i rusbehandling"),
    "assessment": _("Vurdering i rusbehandling"),
    "detoxification": _("Avrusning"),
    "outpatient": _("Poliklinisk rusbehandling"),
    "ambulant": _("Ambulant rusbehandling"),
    "day_treatment": _("Dagbehandling"),
    "inpatient": _("Døgnbehandling"),
    "substitution_treatment": _("Legemiddelassistert rehabilitering (LAR)"),
    "joint_with_specialists": _("Rusbehandling sammen med andre spesialisttjenester"),
    "children_and_young": _("Barn og unge"),
    "living_conditions": _("Levekår"),
    "mental_health": _("Psykisk helse"),
    "low_threshold": _("Lavterskeltilbud"),
    "work_and_welfare": _("Arbeid og velferd"),
    "child_welfare": _("Barnevern"),
    "housing": _("Bolig"),
    "user_organisation": _("Brukerorganisasjon"),
    "other": _("Annen tjeneste"),
}
OWNER_LEVELS: Mapping[str, str] = {
    "municipality": _("kommunen"),
    "health_trust": _("helseforetaket"),
    "nav": _("Nav"),
    "child_welfare": _("barnevernet"),
    "voluntary": _("en frivillig organisasjon"),
}
