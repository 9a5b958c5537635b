"""The nouns of the registry as frozen values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.mending import Explanation


class Outcome(StrEnum):
    """EARL's five outcome values, by their local names."""

    PASSED = "passed"
    FAILED = "failed"
    CANNOT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True)
class FoldedGraph:
    """One named graph of a release: its triples as lines of N-Triples, and the SHA-256 of what is said in it and of it.

    A line ends with its full stop; ``is_current`` says whether what it says stands in the default graph too.
    """

    sha256: str
    lines: Callable[[], Iterable[bytes]]
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Folded:
    """What a release shall hold: its named graphs, the default graph of what is current, and what is said of them.

    ``about`` are lines of the default graph: who says each graph, when and why.
    """

    graphs: Mapping[URIRef, FoldedGraph]
    about: tuple[bytes, ...] = ()

    def __iter__(self) -> Iterator[bytes]:
        """Give every statement as a line of N-Quads; what two graphs say comes twice for the default graph."""
        for name in self.graphs:
            yield from self.lines(name)
        yield from self.about

    def lines(self, name: URIRef) -> Iterator[bytes]:
        """Give the statements of one graph as lines of N-Quads, in it and, where it is current, the default graph."""
        graph, ending = self.graphs[name], f" <{name}> .".encode()
        for line in graph.lines():
            yield from (line, line.removesuffix(b" .") + ending)[not graph.is_current :]


@dataclass(frozen=True, slots=True)
class Solutions:
    """A SPARQL solution sequence: variable names in order, one tuple of terms (or None) a row."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]

    def records(self) -> list[dict[str, Node | None]]:
        """Give each row as a mapping from variable name to term."""
        return [dict(zip(self.variables, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Result:
    """One SHACL validation result (SHACL 3.6.2)."""

    focus_node: Node
    source_shape: Node
    component: URIRef
    path: Node | None
    value: Node | None


@dataclass(frozen=True, slots=True)
class ProfileResult:
    """One result of the data-entry profile: the shape with its message, the node, the path and the value found."""

    message: str
    focus: Node
    path: Node | None
    value: Node | None
    shape: Node | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of what an office is writing: its text, who saved it (an opaque account) and when (UTC)."""

    id: str
    office: str
    version: int
    title: str
    text: str
    changed_by: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A last day as it stands in a calendar: what it is called, what is due, where to look, and when it was set."""

    uid: str
    day: date
    title: str
    text: str
    address: str
    stamp: datetime


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What a SHACL engine said: whether the graph conforms, every result, and the report graph verbatim."""

    conforms: bool
    results: tuple[Result, ...]
    graph: Graph


@dataclass(frozen=True, slots=True)
class Level:
    """A level of commitment; levels are cumulative in their order."""

    iri: URIRef
    order: int
    label: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one criterion asks at one level."""

    iri: URIRef
    criterion: URIRef
    level: Level
    obligation: str
    modes: frozenset[str]
    judged: bool
    label: str
    definition: str
    what_to_do: str
    what_proves_it: str

    @property
    def is_must(self) -> bool:
        """Say whether the level depends on this requirement."""
        return self.obligation == "must"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the standard with its requirements in the order of levels."""

    iri: URIRef
    slug: str
    notation: str
    label: str
    definition: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """One result read for people: which shape reported, what it found, and what it means for a requirement."""

    shape: URIRef
    outcome: Outcome
    message: str
    name: str
    value: str | None
    severity: str
    rests_on_held: bool


@dataclass(frozen=True, slots=True)
class RequirementOutcome:
    """The one outcome of one requirement, with the results behind it."""

    requirement: Requirement
    outcome: Outcome
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One graph of a dossier and the SHA-256 of its canonical N-Quads."""

    name: str
    graph: Graph
    sha256: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is judged: the parts, their merge, the assessment and the control assessment written into it."""

    city: URIRef
    assessment: URIRef
    control: URIRef
    reference_date: date
    is_desk_profile: bool
    parts: tuple[Part, ...]
    graph: Graph


@dataclass(frozen=True, slots=True)
class Report:
    """The judgement of one dossier: one outcome per requirement, the two levels, and what it rests on."""

    dossier: Dossier
    outcomes: tuple[RequirementOutcome, ...]
    level: Level | None
    machine_level: Level | None
    advice: tuple[Remark, ...]
    validation: ValidationReport
    hashes: Mapping[str, str]
    engine: str
    standard_version: str
    explanations: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtefactFiles:
    """The published artefacts as they were read: graphs and queries by file name without its ending."""

    ontology: Mapping[str, Graph]
    vocabularies: Mapping[str, Graph]
    standard: Mapping[str, Graph]
    process: Mapping[str, Graph]
    shapes: Mapping[str, Graph]
    repairs: Mapping[str, Graph]
    reference: Mapping[str, Graph]
    cities: Mapping[str, Graph]
    catalogue: Mapping[str, Graph]
    tables: Mapping[str, Graph]
    table_queries: Mapping[str, str]
    statistics: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One act as the ledger records it; ``payload`` is canonical N-Quads (UTF-8)."""

    sequence: int
    kind: str
    case: str
    office: str
    time: str
    reason: str
    graph: URIRef
    payload: bytes


@dataclass(frozen=True, slots=True)
class Release:
    """One immutable release: its identifier, its day, what it was built from, and the directory that holds it.

    ``graphs`` are the SHA-256 of what each named graph says, by its IRI.
    """

    id: str
    day: date
    standard_version: str
    software_version: str
    quads: int
    directory: Path
    graphs: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedEvent:
    """One act that is to be recorded.

    ``previous`` is the hash of the case's last event as whoever acts has read it, None for a new case; ``claimed`` is
    when the act is said to have happened, None for now. ``payload`` is kept by the ledger; ``hashes`` name by role
    what is kept elsewhere (``raw``, ``standard``, ``engine``, ``report``, ``evidence-1`` …).
    """

    case: str
    kind: str
    office: str
    reason: str
    account: str | None = None
    claimed: datetime | None = None
    payload: bytes | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    previous: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is hashed and signed of one event; ``account`` is opaque, None where the registry itself acted.

    ``hashes`` are the SHA-256 of what the event refers to, by role; ``previous`` is that of the event before it in
    its case.
    """

    sequence: int
    case: str
    kind: str
    office: str
    account: str | None
    claimed: datetime
    recorded: datetime
    hashes: Mapping[str, str]
    previous: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event as the ledger keeps it: its envelope read, the bytes of the envelope, and the signature over them."""

    envelope: Envelope
    raw: bytes
    signature: bytes

    @property
    def hash(self) -> str:
        """Give the SHA-256 of the envelope, by which the next event of the case names this one."""
        return sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: whose ledger, how many events, the root over them, and the signed note that says so."""

    origin: str
    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever acted gets back: the event, its place among the leaves from 0, and the proof under a checkpoint."""

    event: RecordedEvent
    index: int
    checkpoint: Checkpoint
    proof: tuple[bytes, ...]
