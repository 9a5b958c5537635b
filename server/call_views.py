"""A public call as pages show it: the case, the claims, and what is said beside each claim once it is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.call_wiring import find_personal_data
from registry.cases import Case
from registry.claims import Claim, by_criterion
from registry.contributions import (
    Fate,
    Statement,
    Told,
    called_states,
    contributions,
    from_text,
    is_called,
    was_called,
)
from registry.kept_texts import PersonalMark
from registry.time_limits import last_day
from server.problems import Problem
from server.public_cases import case_named, city_name, claims, countries, process, slug_of, standard, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A case whose public call is or was open, as a list shows it."""

    slug: str
    city: str
    opened: date
    last_day: date | None
    is_open: bool
    told: tuple[Told, ...]

    def count(self, fate: str) -> int:
        """Count the contributions with which this happened."""
        return sum(told.fate == Fate(fate) for told in self.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is said on a claim, released, with the answer of the city; texts are None when they were erased."""

    told: Told
    statement: Statement | None
    answer: str | None


def called_case(slug: str) -> Case:
    """Give a case whose call is or was open by its name in addresses; raise Problem for any other."""
    return case_named(slug, lambda case: was_called(process(), case))


def call_of(case: Case) -> Call:
    """Give a case as a list of calls shows it."""
    is_open = is_called(process(), case)
    opened = next(stay.since for stay in case.stays if stay.state in called_states(process()))
    return Call(
        slug=slug_of(case),
        city=city_name(case),
        opened=opened.date(),
        last_day=last_day(process(), case) if is_open else None,
        is_open=is_open,
        told=contributions(case),
    )


def beside(case: Case) -> dict[str, list[Beside]]:
    """Give what is said on each claim and released, by the IRI of the claim."""
    found: dict[str, list[Beside]] = {}
    for told in contributions(case):
        if told.fate is Fate.RELEASED:
            found.setdefault(told.claim, []).append(said(told))
    return found


def said(told: Told) -> Beside:
    """Give what somebody said with the answer of the city, as far as the texts are kept."""
    text = words_of(told.digest)
    return Beside(
        told=told,
        statement=from_text(text) if text is not None else None,
        answer=words_of(told.answer) if told.answer else None,
    )


def chosen(case: Case, iri: str) -> Claim:
    """Give a claim of a case by its IRI: a part of the submission, or a criterion as a whole; raise Problem."""
    parts = {claim.iri: claim for claim in claims(case)}
    if iri in parts:
        return parts[iri]
    for criterion in by_criterion((), standard()):
        if criterion.iri == iri:
            return Claim(iri=iri, kind=criterion.notation, title=criterion.label, answers=())
    raise Problem("not-found", "There is no such claim in this case; choose one on its page.", lists=["/calls"])


def named(case: Case, iri: str) -> Claim:
    """Give the claim that a contribution is about, by its address alone where the submission cannot be read now."""
    try:
        return chosen(case, iri)
    except Problem:
        return Claim(iri=iri, kind="Claim", title="", answers=())


def marks_in(text: str, case: Case) -> Sequence[PersonalMark]:
    """Find what may tell of a person in a text about the city of a case."""
    return find_personal_data(text, countries(case))
