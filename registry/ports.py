"""The seams: each port in a published standard's words, implemented under ``registry/adapters``."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.kept_texts import KeptText, PersonalMark
from registry.model import (
    Checkpoint,
    Draft,
    DraftedEvent,
    Folded,
    Receipt,
    RecordedEvent,
    Release,
    Solutions,
    ValidationReport,
)
from registry.positions import Position
from registry.sheets import Book, CellPlace, Grid

Clock = Callable[[], datetime]
"""Now, aware, in UTC."""

SignatureCheck = Callable[[bytes, bytes, bytes], bool]
"""From the 32 bytes of a public key, a signature and a message to whether one was made for the other (Ed25519)."""

PersonalDataSearch = Callable[[str, Collection[str]], Sequence[PersonalMark]]
"""From a text and codes of countries (ISO 3166-1, two letters) to what may tell of a person, in order of place."""

CARRIED: Final = "feed/"
"""The folder of a release whose files the next one has too, but for those that it writes anew: its feed."""

MOVED: Final = ".moved"
"""What the name of a database ends in that was moved to a server, and must not be begun anew."""
BESIDE: Final = "witness/"
"""The folder of a release with what witnesses say of it, which may come later than the release."""

T = TypeVar("T")


class Validator(Protocol):
    """A SHACL engine with its shapes bound at construction."""

    @property
    def engine(self) -> str:
        """Name and version of the engine, as stated in reports."""

    def validate(self, graph: Graph, *, shapes: Sequence[URIRef] = ()) -> ValidationReport:
        """Validate one merged data graph (SHACL 3.4); raise ValidatorError when no verdict could be reached.

        With ``shapes`` only those, and the shapes that they refer to, are looked at.
        """


class Syntax(Protocol):
    """Reading and writing RDF documents."""

    def parse(self, raw: bytes, media_type: str, *, base: str, most_triples: int) -> Graph:
        """Parse one default graph; raise UnreadableSubmission (with line and column), SubmissionTooLarge."""

    def parse_graphs(
        self, raw: bytes, media_type: str, *, base: str, most_triples: int
    ) -> Mapping[URIRef | None, Graph]:
        """Parse a document of named graphs, None naming the default graph; raise what ``parse`` raises."""

    def canonical(self, graph: Graph) -> bytes:
        """Give the graph as canonical N-Quads (RDFC-1.0): sorted lines, UTF-8, the same bytes for isomorphic graphs."""

    def canonical_graph(self, graph: Graph) -> Graph:
        """Give the same graph with each blank node named by its canonical label (``c14n0`` …)."""

    def dataset(self, graphs: Mapping[URIRef | None, Graph], media_type: str, prefixes: Mapping[str, str]) -> bytes:
        """Write named graphs (None: the default graph) as TriG or N-Quads, sorted."""

    def transcribed(self, quads: bytes, media_type: str, prefixes: Mapping[str, str]) -> bytes:
        """Write N-Quads in another form and in their order; one without graphs holds the default graph alone."""


class Confinement(Protocol):
    """A killable place for work on untrusted bytes."""

    def call(self, work: Callable[..., T], *arguments: object) -> T:
        """Run a module-level function in a child process with a deadline and a memory limit.

        What the child raises under RegistryError is raised here; TimeLimitPassed and MemoryLimitPassed say why it
        was stopped.
        """


class ReleaseReader(Protocol):
    """One release opened read-only: SPARQL 1.1 Query and the reading verbs of the Graph Store Protocol."""

    def query(self, text: str, bindings: Mapping[str, Node] | None = None) -> Solutions | Graph | bool:
        """Evaluate a trusted query with bound terms, never built from strings: solutions, a graph, or a truth value."""

    def graph(self, name: URIRef | None) -> Graph:
        """Give one named graph, or the default graph for None."""

    def names(self) -> Iterable[URIRef]:
        """Name every graph held."""

    def dump(self, media_type: str) -> bytes:
        """Give the release as one document, the same bytes for the same quads.

        N-Quads hold every graph as sorted lines (canonical, RDFC-1.0 5); Turtle and JSON-LD hold the default graph.
        """


class Drafts(Protocol):
    """What offices are writing, version by version; nobody's version ever takes the place of another unseen."""

    def begin(
        self, text: str, *, title: str, office: str, account: str, origin: str = "", identifier: str = ""
    ) -> Draft:
        """Keep the first version of a new draft under an identifier that cannot be guessed, or under the one given.

        ``origin`` says what it started from, and is kept beside every version. Raises DraftChanged when there is one
        under the identifier given.
        """

    def origin(self, identifier: str) -> str:
        """Give what a draft started from, empty where nothing was said."""

    def read(self, identifier: str, version: int | None = None) -> Draft:
        """Give the latest version, or the one asked for; raise UnknownDraft where it is not kept."""

    def save(self, identifier: str, text: str, *, title: str, account: str, based_on: int) -> Draft:
        """Keep one more version, made from the version named; raise DraftChanged unless that one still stands."""

    def of_office(self, office: str) -> Sequence[Draft]:
        """Give the latest version of every draft of an office, the last changed first, without texts."""

    def discard(self, identifier: str, *, based_on: int | None = None) -> None:
        """Forget a draft and its versions; raise UnknownDraft, DraftChanged unless the version named still stands."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a request was answered, to be given again: status, header fields and body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class KeptAnswers(Protocol):
    """Answers to requests with an idempotency key, each for 24 hours (IETF httpapi, Idempotency-Key)."""

    def begin(self, owner: str, key: str, fingerprint: str) -> KeptAnswer | None:
        """Give the answer kept for a request of an account; None when it is now to be worked on, by the caller alone.

        Raises KeyReused when the key came with another request, RequestUnderWay while it is being worked on.
        """

    def keep(self, owner: str, key: str, answer: KeptAnswer) -> None:
        """Keep the answer to a request that was begun."""

    def abandon(self, owner: str, key: str) -> None:
        """Forget a request that was begun, so that it can be sent again."""


class Texts(Protocol):
    """Texts that the record names by a commitment alone, so that they can be held back, and erased for ever."""

    def keep(self, text: str) -> KeptText:
        """Keep a text, durably, under a salt of its own that cannot be guessed."""

    def read(self, digest: str) -> KeptText | None:
        """Give a text by the commitment to it; None when it was erased or never kept."""

    def under(self, salt: str) -> KeptText | None:
        """Give a text by its salt; None when there is none."""

    def erase(self, digest: str) -> bool:
        """Forget a text and its salt for ever; say whether it was there."""


class Documents(Protocol):
    """What cases refer to by SHA-256: submissions and reports; kept for good, none in the place of another."""

    def keep(self, body: bytes) -> str:
        """Keep a document and give its SHA-256; what is given is durable."""

    def read(self, digest: str) -> bytes:
        """Give a document by its SHA-256; raise UnknownRecord when it is not kept, PortError for other bytes."""


class Sheets(Protocol):
    """Workbooks for spreadsheet programs."""

    def write(self, book: Book) -> bytes:
        """Give a workbook with headers, help, lists to choose from and rows; no cell is a formula."""

    def read(self, raw: bytes) -> Sequence[Grid]:
        """Give the text of every cell; raise UnsupportedFormat, SubmissionTooLarge, UnreadableSubmission."""

    def annotate(self, raw: bytes, notes: Mapping[CellPlace, Sequence[str]]) -> bytes:
        """Give the workbook with a comment in each cell named; raise what ``read`` raises."""


class Signer(Protocol):
    """Signing with a key of this installation (Ed25519, RFC 8032)."""

    @property
    def public_key(self) -> bytes:
        """Give the 32 bytes of the public key."""

    def sign(self, message: bytes) -> bytes:
        """Give the 64 bytes of the signature."""


class ReleaseBuilder(Protocol):
    """Building the engine's directory of one release; used once, then never opened for writing again."""

    def build(self, directory: Path, content: Folded) -> int:
        """Write what a release holds into a new directory, flush, close, count; raise ReleaseError when it differs."""

    def advance(self, earlier: Path, directory: Path, content: Folded, changed: Collection[URIRef]) -> int:
        """Do the same from a checkpoint of an earlier directory, in which only the changed graphs are replaced."""


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """A release opened for reading."""

    release: Release
    reader: ReleaseReader


class Releases(Protocol):
    """Every release of this installation, and which one is current."""

    def build(
        self,
        content: Folded,
        *,
        day: date,
        standard_version: str,
        software_version: str,
        files: Callable[[Release, ReleaseReader], Mapping[str, bytes]] = ...,
    ) -> Release:
        """Write a new release and make it current in one atomic switch; raise ReleaseError and leave nothing behind.

        ``files`` gives what is put beside the store, by path, and of the folder CARRIED only what is new. A release
        that would say nothing else than the current one of the same day is not written again: that one is given.
        """

    def restore(
        self,
        identifier: str,
        content: Folded,
        *,
        day: date,
        standard_version: str,
        software_version: str,
        files: Callable[[Release, ReleaseReader], Mapping[str, bytes]],
        hashes: Mapping[str, str],
    ) -> Release:
        """Write a release that was published before from nothing, and make it current.

        ``hashes`` are the SHA-256 of files that it had, by path. Raises ReleaseError, and leaves nothing behind, when
        what comes out is something else, or when something else stands in its place; what stands there rightly stays.
        """

    def file(self, identifier: str, path: str) -> bytes:
        """Give a file of a kept release; raise UnknownRelease where there is none of that name, or no such release."""

    def current(self) -> OpenRelease:
        """Open the current release read-only; raise NoReleaseYet when there is none."""

    def open(self, identifier: str) -> OpenRelease:
        """Open a kept release read-only by its identifier; raise UnknownRelease when it is not kept."""

    def kept(self) -> Sequence[Release]:
        """Give every kept release, the oldest first."""


class EvidenceStore(Protocol):
    """Files of evidence by their SHA-256; nothing that is kept is ever written over."""

    def put(self, raw: bytes) -> str:
        """Keep bytes durably and give their SHA-256, the same ones once only; raise EvidenceUnavailable."""

    def get(self, digest: str) -> bytes:
        """Give the bytes of a hash; raise UnknownEvidence, and EvidenceDamaged when they are not those any more."""

    def __iter__(self) -> Iterator[str]:
        """Name every file kept, in the order of the hashes."""


class Ledger(Protocol):
    """The append-only record of every act: events in one order, one Merkle tree over them (RFC 9162).

    What is given back is durable. Every method raises LedgerDamaged when what is stored is not what was recorded, and
    LedgerUnavailable when the database cannot be reached.
    """

    def append(self, events: Sequence[DraftedEvent], *, positions: Mapping[str, Position] = ...) -> Sequence[Receipt]:
        """Record events in one transaction, all or none, and give a receipt for each after the commit.

        Each names the last event that its case had before this call; several of one case follow one another in the
        order given. Raises LedgerConflict when a case has moved on, BackDated when a claimed time lies ahead or the
        clock behind what was recorded, MalformedRecord when an event has a field of a wrong form; then nothing was
        recorded. Raises LedgerStopped when a write failed: whether it was recorded is known after the ledger was
        opened again, and until then nothing more is. ``positions`` are where the cases of these events stand after
        them, by name; they are kept in the same transaction.
        """

    def read(self, start: int = 1) -> Iterator[RecordedEvent]:
        """Give the events from a sequence number on, in their order."""

    def case(self, name: str) -> Sequence[RecordedEvent]:
        """Give the events of one case in their order; none for a case that is not there."""

    def payload(self, digest: str) -> bytes:
        """Give a payload by its SHA-256; raise UnknownRecord when it is not there."""

    def checkpoint(self) -> Checkpoint:
        """Give the latest signed head of the tree."""

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Give every head that was signed, the oldest first."""

    def receipt(self, sequence: int, head: Checkpoint | None = None) -> Receipt:
        """Give a receipt for a recorded event under the latest head, or one before; raise UnknownRecord when it is not
        there.
        """

    def positions(self) -> tuple[int, Sequence[Position]]:
        """Give where each case and standing stands, and after how many events that is."""

    def refold(self, positions: Mapping[str, Position], *, size: int) -> bool:
        """Put positions after so many events in the place of all kept; say False, and do nothing, when there are more.

        Nothing is lost by it: positions can be made again from the events at any time.
        """

    def receipts(self, case: str) -> Sequence[Receipt]:
        """Give a receipt for each event of a case in their order, all under one head, the latest."""

    def consistency_proof(self, first: int, second: int) -> tuple[bytes, ...]:
        """Give the proof that the tree of one size begins that of another (RFC 9162, 2.1.4); raise UnknownRecord."""
