"""What a city claims, in plain words: each part of its submission with the answers given, by criterion; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef

from registry.entry import CITY, Entry, Link, Text, Value
from registry.entry_layout import lay_out, title_of
from registry.entry_plan import EntryPlan, Field
from registry.namespaces import VOCAB
from registry.standard import Standard


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in a submission: the question, and what was answered; ``serves`` are criteria, by IRI."""

    question: str
    values: tuple[Text, ...]
    serves: frozenset[URIRef]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a city says of one thing: its IRI, what kind of thing it is, its title, and the answers."""

    iri: str
    kind: str
    title: str
    answers: tuple[Answer, ...]

    def on(self, criterion: URIRef) -> tuple[Answer, ...]:
        """Give the answers that serve a criterion."""
        return tuple(answer for answer in self.answers if criterion in answer.serves)


@dataclass(frozen=True, slots=True)
class CriterionClaims:
    """What a city claims on one criterion, each claim with the answers that serve it.

    ``iri`` stands for the claim that the criterion is met as a whole.
    """

    iri: str
    notation: str
    label: str
    definition: str
    claims: tuple[Claim, ...]


def countries_of(entry: Entry) -> frozenset[str]:
    """Give the codes of the countries that a city names as its own (ISO 3166-1, two letters)."""
    start = str(VOCAB["countries/"])
    said = [value for found in entry.records[CITY].values.values() for value in found]
    named = [value.text for value in said if isinstance(value, Text) and value.text.startswith(start)]
    return frozenset(iri.removeprefix(start) for iri in named)


def claims_of(entry: Entry, plan: EntryPlan) -> tuple[Claim, ...]:
    """Give the claims of a submission as it was read: the city itself first, then each part where it stands."""
    return tuple(
        Claim(
            iri=f"{entry.city}#{block.key}" if block.key != CITY else entry.city,
            kind=block.part.label,
            title=block.title,
            answers=tuple(_answers(entry, plan, block.key)),
        )
        for block in lay_out(entry, plan).blocks()
    )


def by_criterion(claims: Sequence[Claim], standard: Standard) -> tuple[CriterionClaims, ...]:
    """Arrange claims under the criteria that they serve, in the order of the standard."""
    return tuple(
        CriterionClaims(
            iri=str(criterion.iri),
            notation=criterion.notation,
            label=criterion.label,
            definition=criterion.definition,
            claims=tuple(replace(claim, answers=told) for claim in claims if (told := claim.on(criterion.iri))),
        )
        for criterion in standard.criteria
    )


def _answers(entry: Entry, plan: EntryPlan, key: str) -> Iterator[Answer]:
    record = entry.records[key]
    for field in plan.parts[record.kind].fields:
        values = tuple(worded(value, field, entry, plan) for value in record.of(field.name))
        if any(not value.is_blank for value in values):
            yield Answer(field.label, values, field.serves)


def worded(value: Value, field: Field, entry: Entry, plan: EntryPlan) -> Text:
    """Give a value of a field as people read it: the title of a part, the name of a value of a code list."""
    if isinstance(value, Link):
        title = title_of(entry, value.key, plan) if value.key in entry.records else ""
        return Text(title or value.key or field.label)
    return Text(field.label_of(value.text), value.language)
