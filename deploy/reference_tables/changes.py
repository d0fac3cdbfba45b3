"""What became of codes: recorded by their sources, or following from names."""

from collections.abc import Iterator
from datetime import date

from deploy.reference_tables.tables import Row, Tables
from services.contracts.registry import ChangeKind, RecordChange


def changes(tables: Tables) -> Iterator[RecordChange]:
    """The changes of municipalities, city districts and counties."""
    yield from _municipality_changes(tables)
    yield from _district_changes(tables)
    yield from _county_changes(tables)


def _municipality_changes(tables: Tables) -> Iterator[RecordChange]:
    notes = {(row["date"], row["old_code"], row["new_code"]): row for row in tables("municipality_change_notes")}
    restored = _restored(tables, "municipality")
    shares = {(row["date"], row["old_code"], row["new_code"]): row for row in tables("shares")}
    for row in tables("municipality_changes"):
        key = (row["date"], row["old_code"], row["new_code"])
        note, share = notes.get(key, {}), shares.get(key, {})
        sources = (note.get("source") or "SSB Klass 131", share.get("source"))
        yield RecordChange(
            level="municipality",
            effective_on=date.fromisoformat(row["date"]),
            old_code=row["old_code"],
            new_code=row["new_code"],
            kind=ChangeKind(row["kind"]),
            weight=float(share["weight"]) if share else None,
            restores=restored.get(key, {}).get("restores"),
            note=note.get("note") or None,
            source="; ".join(source for source in sources if source),
            certainty=note.get("certainty") or None,
        )


def _district_changes(tables: Tables) -> Iterator[RecordChange]:
    """A district got another code when its municipality did, and kept its name."""
    started = {(row["name"], row["valid_from"]): row for row in tables("city_districts")}
    for row in tables("city_districts"):
        successor = started.get((row["name"], row["valid_to"]))
        if successor is not None:
            yield RecordChange(
                level="municipality",
                effective_on=date.fromisoformat(row["valid_to"]),
                old_code=row["code"],
                new_code=successor["code"],
                kind=ChangeKind.recode,
                source="the same name under the municipality's new code",
                certainty="high",
            )


def _county_changes(tables: Tables) -> Iterator[RecordChange]:
    restored = _restored(tables, "county")
    for row in tables("county_changes"):
        found = restored.get((row["date"], row["old_code"], row["new_code"]), {})
        yield RecordChange(
            level="county",
            effective_on=date.fromisoformat(row["date"]),
            old_code=row["old_code"],
            new_code=row["new_code"],
            kind=ChangeKind(row["kind"]),
            restores=found.get("restores"),
            note=found.get("note") or None,
            source="SSB Klass 104",
        )


def _restored(tables: Tables, level: str) -> dict[tuple[str, str, str], Row]:
    return {(row["date"], row["old_code"], row["new_code"]): row for row in tables("restored") if row["level"] == level}
