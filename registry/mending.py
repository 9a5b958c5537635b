"""The words in which a repair is told: what to take out, what to put in, and what only the city knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rdflib import URIRef
from rdflib.term import Node

Statement = tuple[Node, Node, Node]
"""One statement; the object of one that is put in may be a variable: the answer to a question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that an answer may have, and its name for people."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only the city knows: the thing, its property, and what an answer must be.

    ``kind`` is that of the field (``text``, ``language-text``, ``date``, ``integer``, ``decimal``, ``boolean``,
    ``choice``, ``address``, ``part``); ``least`` and ``most`` bound numbers and days, both included; ``after`` names a
    question whose answer is at least ``gap`` days earlier; ``pattern`` is what a text must look like, and ``example``
    such a text; with ``options`` the answer is one of them, another one for each question about one property.
    Of the kind ``language`` the ``text`` is known, and its language is asked; ``example`` is a tag that is free.
    """

    subject: URIRef
    predicate: URIRef
    kind: str
    datatype: URIRef | None = None
    least: str | None = None
    most: str | None = None
    after: str | None = None
    gap: int = 0
    pattern: str | None = None
    example: str = ""
    options: tuple[Choice, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """The smallest change that was found to clear a requirement: statements out, statements in, questions by name."""

    gone: frozenset[Statement] = frozenset()
    added: tuple[Statement, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How much there is to do: statements in and out, and each question once more."""
        return len(self.gone) + len(self.added) + len(self.questions)

    @property
    def rewrites(self) -> bool:
        """Say whether a link or a code is taken out: what was said is then no longer said, which is seldom the way."""
        return any(isinstance(value, URIRef) for _, _, value in self.gone)

    @property
    def predicates(self) -> frozenset[Node]:
        """Every property that it touches, and every class of a part that it adds."""
        touched = {*self.gone, *self.added}
        return frozenset(term for triple in touched for term in triple[1:] if isinstance(term, URIRef))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: the way from the city in words, the path in the form, and part and field of the entry."""

    words: str
    path: str
    key: str
    field: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a repair: what is done, where, and with what.

    ``act`` is ``put``, ``take``, ``link``, ``part``, ``answer``, or ``call`` where a thing gets another type.
    """

    act: str
    spot: Spot
    value: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that stands against a requirement: what is required, what was found, and where."""

    name: str
    message: str
    found: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a requirement is not met, and how to mend it.

    ``why`` is the ground of the standard, with its sources as pairs of title and address; ``clears`` are the
    requirements that the repair clears, ``opens`` the level that a machine would see after it, where that is higher.
    ``example`` names the fictional city that meets the requirement.
    """

    requirement: URIRef
    facts: tuple[Fact, ...]
    why: str
    sources: tuple[tuple[str, str], ...]
    thresholds: tuple[tuple[str, str], ...]
    example: str
    repair: Repair | None = None
    changes: tuple[Change, ...] = ()
    clears: tuple[URIRef, ...] = ()
    opens: URIRef | None = None


@dataclass(frozen=True, slots=True)
class Mending:
    """How a file that was refused can be mended: the whole change, and the same line by line.

    With ``is_whole`` the file is taken after it; else it mends what it names, and something is left to mend by hand.
    """

    repair: Repair
    changes: tuple[Change, ...]
    is_whole: bool
