"""Every dossier that an installation knows: desk profiles, submissions on whose word a level was granted, files."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Final

from rdflib import Graph

from registry.accepted_submissions import KIND, accepted, superseded
from registry.bulk import Task
from registry.case_links import known_of_links
from registry.case_wiring import open_documents
from registry.cases import Case
from registry.dossier import merge
from registry.errors import PortError, SettingsError, SubmissionError, UnknownRecord
from registry.evidence_filing import held_files
from registry.evidence_wiring import held_links
from registry.filing_wiring import open_filing
from registry.guard import TURTLE
from registry.held_findings import held_findings
from registry.intake import read_submission
from registry.ledger_wiring import LEDGER, open_casework, open_ledger
from registry.loading import artefacts
from registry.namespaces import ROOT
from registry.positions import CASE
from registry.report_verification import SUBMISSION
from registry.settings import Settings

PROFILE: Final = "profile/"
FILE: Final = "file/"
ACCEPTED: Final = f"{KIND}/"
_ENDINGS: Final = frozenset({".ttl", ".nt"})


class Dossiers(Mapping[str, Task]):
    """Tasks by name; each is put together when it is asked for, and not kept."""

    def __init__(self, makers: Mapping[str, tuple[str, Callable[[], Task]]]) -> None:
        """Take by name the IRI of the city, empty where it is not known before, and what puts the task together."""
        self._makers = makers

    def __getitem__(self, name: str) -> Task:
        return self._makers[name][1]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def of(self, city: str) -> Iterator[Task]:
        """Give the tasks that may be about a city."""
        for about, make in self._makers.values():
            if about in ("", city):
                yield make()

    def only(self, patterns: Sequence[str]) -> "Dossiers":
        """Give those whose name fits a pattern such as ``profile/*``, all without one; raise SettingsError for none."""
        chosen = {
            name: made
            for name, made in self._makers.items()
            if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
        }
        if patterns and not chosen:
            kinds = ", ".join(f"{kind}…" for kind in (PROFILE, ACCEPTED, FILE))
            raise SettingsError(f"No known dossier is called {' or '.join(patterns)}; names begin with {kinds}.")
        return Dossiers(chosen)


def known_dossiers(settings: Settings, files: Path | None = None, only: Sequence[str] = ()) -> Dossiers:
    """Give every dossier that is known, in the order of the names, or those whose name fits a pattern of ``only``.

    ``files`` is a directory with further submissions in Turtle or N-Triples, one city a file; nothing is held about
    these. Raises SettingsError when there is none in it, two have one name, or no name fits. A submission that cannot
    be read now is left out, with a line in the log.
    """
    slugs = sorted(artefacts().files.cities)
    has_ledger = bool(settings.ledger) or (settings.home / LEDGER).exists()
    held = held_links(settings, tuple(slugs)) if has_ledger else {}
    makers: dict[str, tuple[str, Callable[[], Task]]] = {
        f"{PROFILE}{slug}": (f"{ROOT}id/city/{slug}", partial(_profile, slug, held.get(slug))) for slug in slugs
    }
    accepted_now = _accepted(settings) if has_ledger else ()
    makers |= {task.name: (task.city, partial(_itself, task)) for task in accepted_now}
    if files is not None:
        found = sorted(path for path in files.iterdir() if path.suffix in _ENDINGS)
        if not found:
            raise SettingsError(f"{files} holds no submission: no file there ends in {' or '.join(sorted(_ENDINGS))}.")
        for path in found:
            name = f"{FILE}{path.stem}"
            if name in makers:
                raise SettingsError(f"{files} holds two files called {path.stem}; rename {path.name}.")
            makers[name] = ("", partial(_file, path))
    return Dossiers(dict(sorted(makers.items()))).only(only)


def _itself(task: Task) -> Task:
    return task


def _profile(slug: str, held: Graph | None) -> Task:
    syntax = artefacts().syntax
    said = syntax.canonical(artefacts().files.cities[slug])
    known = syntax.canonical(held) if held is not None else b""
    return Task(name=f"{PROFILE}{slug}", city=f"{ROOT}id/city/{slug}", said=said, held=known, is_desk_profile=True)


def _file(path: Path) -> Task:
    return Task(name=f"{FILE}{path.stem}", city="", said=path.read_bytes(), is_raw=True)


def _accepted(settings: Settings) -> Iterator[Task]:
    """Give what each city said last on whose word a level was granted, with what is held about it today."""
    with closing(open_ledger(settings)) as ledger:
        cases = [case for case in open_casework(settings, ledger).cases() if accepted(case) is not None]
    older = superseded(cases)
    for case in cases:
        name = f"{ACCEPTED}{case.name.removeprefix(CASE)}"
        if name in older:
            continue
        try:
            yield _submission(settings, case, name)
        except (UnknownRecord, SubmissionError, PortError) as fault:
            logging.getLogger(__name__).warning("the submission of %s cannot be judged again: %s", case.name, fault)


def _submission(settings: Settings, case: Case, name: str) -> Task:
    syntax, act = artefacts().syntax, accepted(case)
    digest = act.hashes[SUBMISSION] if act else ""
    with closing(open_documents(settings)) as documents:
        raw = documents.read(digest)
    read = read_submission(raw, TURTLE, profile=artefacts().profile, syntax=syntax)
    files = held_files(read.graph, open_filing(settings).files(case.city), base=settings.base)
    links = known_of_links(settings, case.name, read.graph)
    held = merge([held_findings(case, base=settings.base), files, links])
    return Task(
        name=name,
        city=str(read.city),
        said=syntax.canonical(read.graph),
        held=syntax.canonical(held),
    )
