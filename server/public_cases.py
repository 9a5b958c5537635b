"""What the public pages of cases have in common: the case by its name, its city, its claims, and texts of others."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, current_app, url_for

from registry.case_errors import CaseError
from registry.cases import Case
from registry.casework import Casework
from registry.claims import Claim, claims_of
from registry.confinement import entry_confined
from registry.contributions import submission_of
from registry.entry import CITY, Entry
from registry.entry_layout import title_of
from registry.errors import LedgerConflict, RegistryError, UnknownCase
from registry.kept_texts import KeptText
from registry.ports import Clock, Documents, Texts
from registry.positions import CASE
from registry.process import Process
from registry.public_dossier import is_decided
from registry.registry import Examination
from registry.standard import Standard
from registry.visibility import is_public as may_be_known
from server.installed import installation as installation
from server.installed import settings as settings
from server.library import shelf
from server.problems import Problem
from server.read_submissions import Outline, ReadSubmissions
from server.words import local_name


def install(app: Flask, *, texts: Callable[[], Texts], clock: Clock) -> None:
    """Add what the public pages of cases share; the texts are opened when first asked for."""
    app.extensions.update(texts=texts, clock=clock, submissions=ReadSubmissions(_read, _title))


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
        case_named(slug, is_decided)
    except Problem:
        return None
    return url_for("dossiers.show", name=slug)


def city_name(case: Case) -> str:
    """Give the name of the city of a case: as the current release labels it, else as it calls itself, else its slug."""
    return _label(case.city) or _outline(case).title or local_name(case.city)


def name_of(city: str) -> str:
    """Give the name of a city by its IRI: as ``city_name`` does of its latest case that everybody may know of."""
    found = (case for case in reversed(casework().cases()) if case.city == city and may_be_known(process(), case))
    latest = next(found, None)
    return city_name(latest) if latest is not None else _label(city) or local_name(city)


def claims(case: Case) -> tuple[Claim, ...]:
    """Give what the city claims in its last submission; nothing when that cannot be read now."""
    entry = entry_submitted(case)
    return claims_of(entry, installation().entry_plan) if entry else ()


def countries(case: Case) -> frozenset[str]:
    """Give the codes of the countries that a city names as its own (ISO 3166-1, two letters)."""
    return _outline(case).countries


def entry_submitted(case: Case) -> Entry | None:
    """Give the last submission of a case as it was read; None before there is one, and when it cannot be read now."""
    digest = submission_of(case)
    return entry_of(digest) if digest else None


def entry_of(digest: str) -> Entry | None:
    """Give a submission by its SHA-256, read into an entry; None when that cannot be done now."""
    return _submissions().entry(digest)


def words_of(digest: str) -> str | None:
    """Give a text that an act names by the commitment to it; None when it was erased, or is not kept here."""
    kept = texts().read(digest)
    return kept.text if kept is not None else None


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


def _label(city: str) -> str:
    """Give the label that the current release has of a city; empty where it has none, or there is no release."""
    try:
        return shelf().label(city)
    except RegistryError:
        return ""


def _outline(case: Case) -> Outline:
    digest = submission_of(case)
    return _submissions().outline(digest) if digest else Outline()


def _submissions() -> ReadSubmissions:
    found: ReadSubmissions = current_app.extensions["submissions"]
    return found


def _title(entry: Entry) -> str:
    return title_of(entry, CITY, installation().entry_plan)


def _read(digest: str) -> Entry | None:
    try:
        return entry_confined(settings(), Examination(raw=documents().read(digest), name="submission.ttl"))
    except RegistryError as fault:
        logging.getLogger(__name__).warning("the submission %s cannot be read: %s", digest, fault)
        return None
