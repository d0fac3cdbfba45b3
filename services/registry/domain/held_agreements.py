"""What a table's rows come to beside the agreements that a centre has drafted, and beside the rows before them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.contracts.registry.agreement_requests import AgreementTerms, DraftAgreement, NewCommitment
from services.contracts.registry.agreements import Agreement, AgreementKind, Commitment, Edition, Party
from services.kernel.problems import FieldError
from services.registry.domain.agreement_terms import party_of

Errors = tuple[FieldError, ...]
Facts = Mapping[str, object]
"""What rows tell of an agreement, by their columns."""

MOST_COMMITMENTS = 50
"""As many as an agreement may have."""


def known_by(agreement: Agreement) -> str:
    """What tells an agreement in a table: its source, or its id where nobody gave one."""
    return agreement.source or str(agreement.agreement_id)


class HeldAgreements:
    """The centre's agreements that rows may tell of, each known by what stands as the rows' source."""

    def __init__(self, held: Iterable[Agreement]) -> None:
        self._held: dict[str | None, list[tuple[Facts, set[object]]]] = defaultdict(list)
        for agreement in held:
            for edition in (agreement.signed, agreement.drafted):
                if edition is not None:
                    facts = _facts(agreement.kind, agreement.parties, edition)
                    self._held[known_by(agreement)].append((facts, {_content(each) for each in edition.commitments}))
        self._told: set[object] = set()
        self._new: dict[str | None, DraftAgreement] = {}
        self.left_alone = 0

    @property
    def new(self) -> list[DraftAgreement]:
        """Those that are held nowhere, each with all the commitments that rows tell of."""
        return list(self._new.values())

    def knows(self, told: DraftAgreement) -> bool:
        """Whether there is an agreement that the row is about, so that it drafts none."""
        return told.source in self._held

    def judge(self, told: DraftAgreement) -> Errors:
        """What is wrong with a row that tells this, or nothing."""
        contents = {_content(each) for each in told.commitments}
        key = (told.source, *contents)
        if key in self._told:
            return (FieldError("/commitment_nb", code="named-twice"),)
        self._told.add(key)
        held = self._held.get(told.source)
        if not held:
            return self._gathered(told)
        facts = _facts(told.kind, told.parties, told)
        nearest = min((tuple(_differing(each, facts, contents)) for each in held), key=len)
        self.left_alone += not nearest
        return nearest

    def _gathered(self, told: DraftAgreement) -> Errors:
        """The same as rows before it have told of, with one commitment more."""
        first = self._new.setdefault(told.source, told)
        if first is told:
            return ()
        before, now = (_facts(each.kind, each.parties, each) for each in (first, told))
        others = [name for name, value in now.items() if value != before[name]]
        if told.occurred_on != first.occurred_on:
            others.append("occurred_on")
        if others:
            return tuple(FieldError(f"/{name}", code="told-otherwise") for name in others)
        if not told.commitments or not first.commitments:
            return (FieldError("/commitment_nb", code="missing"),)
        if len(first.commitments) == MOST_COMMITMENTS:
            return (FieldError("/commitment_nb", code="too-many"),)
        self._new[told.source] = first.model_copy(update={"commitments": (*first.commitments, *told.commitments)})
        return ()


def _differing(held: tuple[Facts, set[object]], told: Facts, contents: set[object]) -> Iterator[FieldError]:
    facts, commitments = held
    for name, value in told.items():
        if value != facts[name]:
            yield FieldError(f"/{name}", code="other-than-held")
    if not contents <= commitments or (commitments and not contents):
        yield FieldError("/commitment_nb", code="other-than-held")


def _facts(kind: AgreementKind, parties: Sequence[Party], terms: AgreementTerms | Edition) -> Facts:
    anchoring = terms.anchoring
    return {
        "kind": kind,
        "title_nb": terms.title.nb,
        "title_nn": terms.title.nn,
        "scope_nb": terms.scope.nb,
        "scope_nn": terms.scope.nn,
        "parties": frozenset(map(party_of, parties)),
        "unit_codes": frozenset(terms.unit_codes),
        "administrative_reference": anchoring.administrative and anchoring.administrative.reference,
        "administrative_on": anchoring.administrative and anchoring.administrative.decided_on,
        "political_reference": anchoring.political and anchoring.political.reference,
        "political_on": anchoring.political and anchoring.political.decided_on,
        "is_long_term": anchoring.is_long_term,
        "revise_by": terms.revise_by,
    }


def _content(commitment: NewCommitment | Commitment) -> object:
    text, side = commitment.text, party_of(commitment.responsible)
    return text.nb, text.nn, commitment.due_on, commitment.evidence_kind, side
