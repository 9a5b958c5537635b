"""Files as evidence: taken in, attached to a source of a submission, looked through, and released by a person."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rdflib import Graph, Literal, URIRef

from registry.case_errors import ReasonMissing
from registry.cases import Actor
from registry.entry import CITY, Entry, Text
from registry.entry_layout import title_of
from registry.entry_plan import EntryPlan
from registry.evidence_errors import EvidenceRefused, UnknownEvidence
from registry.evidence_kinds import taken
from registry.evidence_model import EvidenceFile
from registry.evidence_ports import EvidenceRecords
from registry.model import DraftedEvent, RecordedEvent
from registry.namespaces import DCAT, DCT, HRC, PROV, RDF, VOCAB
from registry.personal_data import PersonalDatum
from registry.ports import Clock, EvidenceStore, Syntax

CASE: Final = "evidence-release/"
KIND: Final = "evidence-release"
FILE: Final = "file"
PUBLIC_COPY: Final = "public-copy"
"""Under which roles a release names by SHA-256 the file as it was handed in, and what becomes public."""
SEALED: Final = str(VOCAB["sensitivities/sealed"])
REDACTED: Final = str(VOCAB["sensitivities/redacted"])
_OPEN: Final = (str(VOCAB["sensitivities/public"]), REDACTED)
"""Under which a file may become public, the freest first; under any other it is sealed."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file tells of people, for whoever releases it, and what a program could not read."""

    data: tuple[PersonalDatum, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a submission: its key in the entry or its IRI, its title, its file, and who may see that."""

    key: str
    title: str
    sha256: str
    sensitivity: str

    @property
    def strictness(self) -> int:
        """How closely the file is kept; of sources with the same file the one that is strictest counts."""
        return _OPEN.index(self.sensitivity) if self.is_open else len(_OPEN)

    @property
    def is_open(self) -> bool:
        """Say whether anything of the file may become public; what is not known counts as sealed."""
        return self.sensitivity in _OPEN


class EvidenceFiling:
    """The filing of one installation; ``look`` and ``strip`` work on foreign bytes in a killable child."""

    def __init__(
        self,
        *,
        store: EvidenceStore,
        records: EvidenceRecords,
        look: Callable[[bytes, str, Collection[str]], Looked],
        strip: Callable[[bytes, str], bytes | None],
        clock: Clock,
        most_bytes: int,
        groups: frozenset[str],
    ) -> None:
        """Put it together."""
        self._store = store
        self._records = records
        self._look = look
        self._strip = strip
        self._clock = clock
        self._most_bytes = most_bytes
        self._groups = groups

    def take(self, raw: bytes, name: str, *, city: str, account: str) -> EvidenceFile:
        """Keep a file for a city; raise EvidenceRefused for one that is not taken, and what the ports raise."""
        kind = taken(raw, most_bytes=self._most_bytes, groups=self._groups)
        file = EvidenceFile(
            sha256=self._store.put(raw),
            city=city,
            name=name or f"file.{kind.ending}",
            media_type=kind.media_type,
            size=len(raw),
            account=account,
            at=self._clock(),
        )
        self._records.note(file)
        return file

    def files(self, city: str) -> Mapping[str, EvidenceFile]:
        """Give the files of a city by SHA-256."""
        return self._records.of_city(city)

    def file(self, digest: str, city: str) -> EvidenceFile:
        """Give one file of a city; raise UnknownEvidence, the same for none and for that of another city."""
        found = self._records.of_city(city).get(digest)
        if found is None:
            raise UnknownEvidence("There is no such file of this city.")
        return found

    def read(self, file: EvidenceFile) -> bytes:
        """Give the bytes of a file, as they were handed in; raise EvidenceDamaged when they are not those any more."""
        return self._store.get(file.sha256)

    def look(self, file: EvidenceFile, countries: Collection[str] = ()) -> Looked:
        """Look through a file for what tells of people; nothing of it is kept.

        ``countries`` are those of its city, by two letters: numbers are looked for as they are dialled there.
        """
        return self._look(self.read(file), file.media_type, countries)

    def look_before(self, raw: bytes, countries: Collection[str] = ()) -> Looked:
        """Look through bytes that are not kept yet, as ``look`` does; raise EvidenceRefused for what is not taken."""
        kind = taken(raw, most_bytes=self._most_bytes, groups=self._groups)
        return self._look(raw, kind.media_type, countries)

    def bare(self, file: EvidenceFile, *, account: str) -> EvidenceFile | None:
        """Keep a copy of a file without its properties, None for a kind of which none can be made."""
        raw = self._strip(self.read(file), file.media_type)
        if raw is None:
            return None
        return self.take(raw, f"public-{file.name}", city=file.city, account=account)


def sources_of_entry(entry: Entry, plan: EntryPlan) -> tuple[Source, ...]:
    """Give the sources that an entry describes, by title."""
    part = plan.part_of_class(HRC.Evidence)
    names = {} if part is None else {each.iri: each.name for each in part.fields}
    found = [
        Source(
            key,
            title_of(entry, key, plan) or key,
            _first(entry, key, names.get(HRC.fileSha256, "")),
            _first(entry, key, names.get(HRC.sensitivity, "")),
        )
        for key, record in entry.records.items()
        if key != CITY and part is not None and record.kind == part.name
    ]
    return tuple(sorted(found, key=lambda source: source.title.casefold()))


def attached(entry: Entry, key: str, digest: str, plan: EntryPlan) -> Entry:
    """Give the entry with a file as one of its sources; raise UnknownEvidence for a source that is not there."""
    part = plan.part_of_class(HRC.Evidence)
    record = entry.records.get(key)
    if part is None or record is None or record.kind != part.name:
        raise UnknownEvidence("There is no such source in this draft any more; look at the list again.")
    name = next(each.name for each in part.fields if each.iri == HRC.fileSha256)
    return entry.with_values(key, name, (Text(digest),))


def sources_of_graph(graph: Graph) -> tuple[Source, ...]:
    """Give the sources of a submission for which a file was handed in, by title."""
    found = [
        Source(
            str(node),
            str(graph.value(node, DCT.title) or str(node).rpartition("#")[2]),
            str(digest),
            str(graph.value(node, HRC.sensitivity) or SEALED),
        )
        for node, digest in graph.subject_objects(HRC.fileSha256)
    ]
    return tuple(sorted(found, key=lambda source: source.title.casefold()))


def source_of_file(sources: Iterable[Source], digest: str) -> Source:
    """Give the source that has a file, the strictest of several; raise UnknownEvidence when none has it."""
    found = max((each for each in sources if each.sha256 == digest), key=lambda each: each.strictness, default=None)
    if found is None:
        raise UnknownEvidence("There is no such file in this case.")
    return found


def held_files(graph: Graph, files: Mapping[str, EvidenceFile], *, base: str) -> Graph:
    """Give the stored copies that the registry holds of a submission's sources, as rules read them."""
    held = Graph(bind_namespaces="none")
    for node, digest in graph.subject_objects(HRC.fileSha256):
        file = files.get(str(digest))
        if file is not None:
            copy = URIRef(f"{base}id/stored-copy/{file.sha256}")
            held.add((node, HRC.storedCopy, copy))
            held.add((copy, RDF.type, HRC.StoredCopy))
            held.add((copy, HRC.copyOf, node))
            held.add((copy, HRC.sha256, Literal(file.sha256)))
            held.add((copy, HRC.mediaType, Literal(file.media_type)))
            held.add((copy, DCT.date, Literal(file.at.date())))
    return held


def may_release(actor: Actor, city: str) -> bool:
    """Say whether somebody may release a city's files: a steward, or an officer of the city itself."""
    return "steward" in actor.roles or ("officer" in actor.roles and bool(city) and actor.city == city)


def release(
    source: Source,
    file: EvidenceFile,
    public: EvidenceFile,
    *,
    actor: Actor,
    reason: str,
    at: datetime,
    base: str,
    syntax: Syntax,
    events: tuple[RecordedEvent, ...] = (),
) -> DraftedEvent:
    """Give the event by which a file becomes public with the next release; ``public`` is what is shown of it.

    Raises EvidenceRefused for a sealed file, and for one to be redacted that would be shown as it is; ReasonMissing
    without a reason. ``events`` are those recorded of the file before.
    """
    if not source.is_open:
        raise EvidenceRefused("The file is sealed: it is for those who judge, and its SHA-256 alone is public.")
    if source.sensitivity == REDACTED and file.sha256 == public.sha256:
        raise EvidenceRefused("The file is to be redacted: release a copy without what tells of persons.")
    if not reason.strip():
        raise ReasonMissing("Say why the file may become public, and who looked through it for personal data.")
    node, facts = URIRef(f"{base}id/stored-copy/{public.sha256}"), Graph(bind_namespaces="none")
    for predicate, value in (
        (RDF.type, HRC.StoredCopy),
        (HRC.copyOf, URIRef(source.key)),
        (HRC.sha256, Literal(public.sha256)),
        (HRC.mediaType, Literal(public.media_type)),
        (DCT.date, Literal(at.date())),
        (DCAT.downloadURL, URIRef(f"{base}evidence/files/{public.sha256}")),
    ):
        facts.add((node, predicate, value))
    if public.sha256 != file.sha256:
        facts.add((node, PROV.wasDerivedFrom, URIRef(f"{base}id/stored-copy/{file.sha256}")))
    return DraftedEvent(
        case=CASE + file.sha256,
        kind=KIND,
        office="registry-steward" if "steward" in actor.roles else "city-officer",
        account=actor.account,
        reason=" ".join(reason.split())[:2000],
        payload=syntax.canonical(facts),
        hashes={FILE: file.sha256, PUBLIC_COPY: public.sha256},
        previous=events[-1].hash if events else None,
    )


def _first(entry: Entry, key: str, name: str) -> str:
    values = entry.records[key].of(name) if name else ()
    return next((value.text for value in values if isinstance(value, Text)), "")
