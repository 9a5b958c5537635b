"""What the public pages of cases have in common: the case by its name, its city, its claims, and texts of others."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from flask import Flask, current_app, url_for

from registry.case_errors import CaseError
from registry.cases import Case
from registry.casework import Casework
from registry.claims import Claim, claims_of
from registry.confinement import entry_confined
from registry.contributions import submission_of
from registry.entry import CITY, Entry, Text
from registry.errors import LedgerConflict, RegistryError, UnknownCase, UnknownRecord
from registry.kept_texts import KeptText
from registry.namespaces import VOCAB
from registry.ports import Clock, Documents, Texts
from registry.positions import CASE
from registry.process import Process
from registry.public_dossier import is_public
from registry.registry import Examination, Registry
from registry.settings import Settings
from registry.standard import Standard
from server.library import Library, shelf
from server.problems import Problem
from server.words import local_name

_MOST_READ: Final = 32


class ReadSubmissions:
    """Submissions read into entries, the longest unused dropped."""

    def __init__(self, read: Callable[[str], Entry | None], *, most: int = _MOST_READ) -> None:
        """Read with a function from the SHA-256 of a submission."""
        self._read = read
        self._most = most
        self._lock = Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def entry(self, digest: str) -> Entry | None:
        """Give a submission by its SHA-256; None when it cannot be read now."""
        with self._lock:
            if digest in self._entries:
                self._entries.move_to_end(digest)
                return self._entries[digest]
            entry = self._read(digest)
            if entry is not None:
                self._entries[digest] = entry
                while len(self._entries) > self._most:
                    self._entries.popitem(last=False)
            return entry


def install(app: Flask, *, texts: Callable[[], Texts], clock: Clock) -> None:
    """Add what the public pages of cases share; the texts are opened when first asked for."""
    app.extensions.update(texts=texts, clock=clock, submissions=ReadSubmissions(_read))


def slug_of(case: Case) -> str:
    """Give the name of a case as it stands in addresses."""
    return case.name.removeprefix(CASE)


def case_named(slug: str, is_public: Callable[[Case], bool]) -> Case:
    """Give a case by its name in addresses; raise Problem, the same for one that is not there and one not public."""
    try:
        case = casework().case(CASE + slug)
    except UnknownCase:
        case = None
    if case is None or not is_public(case):
        raise Problem("not-found", "There is no public case of this name here.", lists=["/calls"])
    return case


def dossier_of(path: str) -> str | None:
    """Give the address of the dossier of a decided case by the path of its IRI, such as case/oderau-1; else None."""
    kind, _, slug = path.partition("/")
    if f"{kind}/" != CASE or not slug:
        return None
    try:
        case_named(slug, is_public)
    except Problem:
        return None
    return url_for("dossiers.show", name=slug)


def city_name(case: Case) -> str:
    """Give the name of the city of a case: as the current release has it, else as it calls itself, else its slug."""
    try:
        known = shelf().documents.get(case.city)
    except RegistryError:
        known = None
    if known is not None:
        return known.text
    told = claims(case)
    return (told[0].title if told else "") or local_name(case.city)


def claims(case: Case) -> tuple[Claim, ...]:
    """Give what the city claims in its last submission; nothing when that cannot be read now."""
    entry = _entry(case)
    return claims_of(entry, installation().entry_plan) if entry else ()


def countries(case: Case) -> frozenset[str]:
    """Give the codes of the countries that a city names as its own (ISO 3166-1, two letters)."""
    entry, start = _entry(case), str(VOCAB["countries/"])
    values = [value for found in entry.records[CITY].values.values() for value in found] if entry else []
    named = [value.text for value in values if isinstance(value, Text) and value.text.startswith(start)]
    return frozenset(iri.removeprefix(start) for iri in named)


def words_of(digest: str) -> str | None:
    """Give a text that an act names: by the commitment to it, else by its SHA-256; None when it was erased."""
    kept = texts().read(digest)
    if kept is not None:
        return kept.text
    try:
        return documents().read(digest).decode("utf-8")
    except (UnknownRecord, UnicodeDecodeError):
        return None


@contextmanager
def kept_text(words: str) -> Iterator[KeptText]:
    """Keep a text while the act that names it is recorded; where the act is refused, nothing is kept."""
    kept = texts().keep(words)
    try:
        yield kept
    except (CaseError, LedgerConflict):
        texts().erase(kept.digest)
        raise


def casework() -> Casework:
    """Give the cases of this installation."""
    found: Casework = current_app.extensions["casework"]()
    return found


def documents() -> Documents:
    """Give what cases refer to by SHA-256."""
    found: Documents = current_app.extensions["documents"]()
    return found


def texts() -> Texts:
    """Give the texts that may have to be erased."""
    found: Texts = current_app.extensions["texts"]()
    return found


def process() -> Process:
    """Give the law of a case."""
    return installation().artefacts.process


def standard() -> Standard:
    """Give the standard that cases are judged by."""
    return installation().standard


def settings() -> Settings:
    """Give the settings of this installation."""
    found: Settings = current_app.extensions["settings"]
    return found


def installation() -> Registry:
    """Give this installation."""
    library: Library = current_app.extensions["library"]
    return library.registry


def _entry(case: Case) -> Entry | None:
    digest = submission_of(case)
    read: ReadSubmissions = current_app.extensions["submissions"]
    return read.entry(digest) if digest else None


def _read(digest: str) -> Entry | None:
    try:
        return entry_confined(settings(), Examination(raw=documents().read(digest), name="submission.ttl"))
    except RegistryError as fault:
        logging.getLogger(__name__).warning("the submission %s cannot be read: %s", digest, fault)
        return None
