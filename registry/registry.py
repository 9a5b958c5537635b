"""The registry's verbs, in the order of the flow; each only sequences the domain and the ports."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cached_property
from hashlib import sha256
from time import monotonic

from rdflib import Graph, URIRef

from registry import __version__
from registry.artefacts import Artefacts
from registry.dumps import SUMS, release_files
from registry.editions import History
from registry.entering import addressed, changes_in_cells, take_book
from registry.entry import Entry, empty_entry, entry_of, rough
from registry.entry_plan import EntryPlan
from registry.errors import LedgerUnavailable, SheetFault, UnknownRelease, UnsupportedFormat
from registry.events import events_of
from registry.explaining import Explainer, explainer_of
from registry.feed import Edition, replayed
from registry.feeding import feed_files
from registry.guard import WORKBOOK, media_type_of
from registry.intake import Examination, Submission, admit, parsed, read_held, read_submission
from registry.judgement import composed, judged
from registry.mending import Mending
from registry.model import Dossier, Release, Report
from registry.namespaces import ROOT
from registry.ports import Clock, Ledger, OpenRelease, ReleaseReader, Releases, Sheets, Signer, Validator
from registry.profile import Profile, demand_profile
from registry.recording import last_published, publication, to_record
from registry.refusal_mending import RefusalMender, refusal_mender_of
from registry.sheets import CellPlace, by_cell
from registry.standard import Standard
from registry.template import up_to_level
from registry.workbook import book_of
from registry.workbook_reading import ReadBook, read_book

__all__ = ["Examination", "Registry"]


class Registry:
    """One installation: its artefacts, its engines, its releases and its clock."""

    def __init__(
        self,
        artefacts: Artefacts,
        *,
        validator: Callable[[Graph], Validator],
        releases: Releases,
        clock: Clock,
        ledger: Callable[[], AbstractContextManager[Ledger]] | None = None,
        base: str = ROOT,
        signer: Signer | None = None,
        sheets: Sheets | None = None,
        timer: Callable[[], float] = monotonic,
        repair_seconds: float = 0,
    ) -> None:
        """Put it together; ``ledger`` opens the ledger for the length of a block, and only publishing asks for it.

        Repairs of what is not met are looked for as long as ``repair_seconds``, by ``timer``.
        """
        self._artefacts = artefacts
        self._validator = validator
        self._releases = releases
        self._clock = clock
        self._ledger = ledger
        self._base = base
        self._signer = signer
        self._sheets = sheets
        self._timer = timer
        self._repair_seconds = repair_seconds

    @property
    def artefacts(self) -> Artefacts:
        """The published artefacts."""
        return self._artefacts

    @property
    def standard(self) -> Standard:
        """The standard in force."""
        return self._artefacts.standard

    @property
    def profile(self) -> Profile:
        """The data-entry profile."""
        return self._artefacts.profile

    @property
    def entry_plan(self) -> EntryPlan:
        """What an officer is asked: the plan of form and workbook."""
        return self._artefacts.entry_plan

    @cached_property
    def _judge(self) -> Validator:
        return self._validator(self._artefacts.judging_shapes)

    @cached_property
    def _clerk(self) -> Validator:
        return self._validator(self._artefacts.profile_shapes)

    def read(self, examination: Examination) -> Submission:
        """Take in a file: guard, parse, allow-list, profile; raise a SubmissionError that says what to mend."""
        if examination.kind == WORKBOOK:
            return self._read_book(examination.raw)
        submission = read_submission(
            examination.raw, examination.kind, profile=self.profile, syntax=self._artefacts.syntax
        )
        self._check_profile(submission.graph)
        return submission

    def open_entry(self, examination: Examination) -> Entry:
        """Read a file into an entry to go on with, complete or not; raise SubmissionError for what cannot be read."""
        return self.open_file(examination).entry

    def open_file(self, examination: Examination) -> ReadBook:
        """Read a file into an entry, with what was not understood of the cells of a workbook; raise SubmissionError."""
        if examination.kind == WORKBOOK:
            return read_book(self._workbooks.read(examination.raw), self.entry_plan)
        syntax = self._artefacts.syntax
        submission = read_submission(examination.raw, examination.kind, profile=self.profile, syntax=syntax)
        return ReadBook(entry_of(submission.graph, submission.city, self.entry_plan), {}, ())

    def workbook(self, entry: Entry | None = None, *, level: str | None = None) -> bytes:
        """Give the workbook to fill in, empty or with an entry; ``level`` leaves out what only higher levels read."""
        plan = self.entry_plan
        if level is not None:
            plan = self._artefacts.plan_of(up_to_level(self.profile, self.standard, level))
        return self._workbooks.write(book_of(entry or empty_entry(plan), plan))

    def annotated(self, raw: bytes, fault: SheetFault) -> bytes:
        """Give a workbook with the sentences of a fault, and what mends it, as comments on its cells."""
        changes: tuple[tuple[CellPlace, str], ...] = ()
        if fault.mending is not None:
            book = read_book(self._workbooks.read(raw), self.entry_plan)
            changes = changes_in_cells(book, fault.mending, self._base, self.entry_plan)
        return self._workbooks.annotate(raw, by_cell([*fault.cells, *changes]))

    def dossier(self, examination: Examination) -> Dossier:
        """Compose what is judged from a file and what is held about its city."""
        submission, held = self.read(examination), Graph()
        if examination.held is not None:
            media_type = media_type_of(examination.held_name, None, examination.held)
            held = read_held(
                examination.held,
                media_type,
                city=submission.city,
                profile=self.profile,
                terms=self._artefacts.held_terms,
                syntax=self._artefacts.syntax,
            ).graph
        return self._compose(
            submission.graph, held, city=submission.city, at=examination.at or self.today(), desk_profile=False
        )

    def examine(self, examination: Examination) -> Report:
        """Judge a file, one outcome per requirement; where that is asked for, explain what is not met and mend it.

        Raises SubmissionError, or ValidatorError: no verdict.
        """
        report = self.judge(self.dossier(examination))
        return self._explainer.explain(report) if examination.is_explained else report

    def mending(self, examination: Examination) -> Mending | None:
        """Give what mends a file that is refused, None where nothing was found; raise SubmissionError if unreadable."""
        if examination.kind == WORKBOOK:
            entry = read_book(self._workbooks.read(examination.raw), self.entry_plan).entry
            said = rough(addressed(entry, self._base), self.entry_plan).graph
        else:
            said = parsed(examination.raw, examination.kind, syntax=self._artefacts.syntax)
        return self._refusals.mend(said, at=examination.at or self.today())

    @cached_property
    def _refusals(self) -> RefusalMender:
        seconds = self._repair_seconds
        return refusal_mender_of(self._artefacts, self.profile, self.entry_plan, self._clerk, self._timer, seconds)

    @cached_property
    def _explainer(self) -> Explainer:
        return explainer_of(
            self._artefacts, self.entry_plan, self._judge, self._clerk, self._timer, self._repair_seconds
        )

    def judge(self, dossier: Dossier) -> Report:
        """Judge one dossier against the standard."""
        return judged(dossier, self._judge, self._artefacts)

    def rehearse(self) -> None:
        """Judge a city that says nothing, so that all that judging and explaining need is read and prepared."""
        nothing, anything = Graph(), self._artefacts.code_lists
        city = URIRef(f"{self._base}id/city/nothing")
        self.judge(self._compose(nothing, nothing, city=city, at=self.today(), desk_profile=False))
        self._clerk.validate(anything)
        self._judge.validate(anything, shapes=tuple(self._explainer.rules.reading))

    def assess_desk_profile(self, slug: str, *, at: date, held: Graph | None = None) -> Report:
        """Judge one desk profile from its file and the checks of its links (``held``); no level follows."""
        graph = self._artefacts.files.cities[slug]
        city = URIRef(f"{ROOT}id/city/{slug}")
        return self.judge(self._compose(graph, held or Graph(), city=city, at=at, desk_profile=True))

    def publish(self, assessments: Mapping[str, Graph], *, at: date) -> Release:
        """Record what the files and the assessments by slug say, make the next release of the ledger, switch to it.

        What says nothing new is not recorded again; when the release would say nothing else than the current one of
        the same day, that one stays and is given. Raises what the ledger raises.
        """
        with self._opened() as ledger:
            events = events_of(self._artefacts, assessments, at=at)
            ledger.append(to_record(events, ledger.read()))
            history = self._history(ledger)
            content = history.content()
            release = self._releases.build(
                content,
                day=at,
                standard_version=self.standard.version,
                software_version=__version__,
                files=lambda made, reader: {
                    **self.files_of(made, reader),
                    **feed_files(self._releases, Edition(made.id, made.day, content), history.editions),
                },
            )
            sums, size = self._releases.file(release.id, SUMS), len(history.recorded)
            told = publication(release, sums, self._artefacts.syntax, size=size)
            if not ledger.case(told.case):
                ledger.append([told])
        return release

    def rebuild(self) -> Release:
        """Make the release that was published last from the ledger alone, and switch to it.

        Raises NoReleaseYet when the ledger tells of none, and ReleaseError when what comes out is not what was
        published, or when something else stands in its place.
        """
        with self._opened() as ledger:
            history = self._history(ledger)
            told = last_published(history.recorded, ledger.payload, self._artefacts.syntax)
            return self._releases.restore(
                told.identifier,
                history.content(told.size),
                day=told.day,
                standard_version=told.standard_version,
                software_version=told.software_version,
                files=lambda made, reader: {**self.files_of(made, reader), **replayed(history.editions())},
                hashes={SUMS: told.sums},
            )

    def _history(self, ledger: Ledger) -> History:
        return History(list(ledger.read()), ledger.payload, self._artefacts, self._base)

    def _opened(self) -> AbstractContextManager[Ledger]:
        if self._ledger is None:
            raise LedgerUnavailable("This registry was put together without a ledger; it can read and judge only.")
        return self._ledger()

    def files_of(self, release: Release, reader: ReleaseReader) -> Mapping[str, bytes]:
        """Give the public files of a release by path, signed when this installation has a key."""
        return release_files(release, reader, self._artefacts.described, signer=self._signer)

    def current(self) -> OpenRelease:
        """Open the current release; raise NoReleaseYet when none was built."""
        return self._releases.current()

    def release(self, identifier: str) -> OpenRelease:
        """Open a kept release by its identifier; raise UnknownRelease when it is not kept."""
        return self._releases.open(identifier)

    def release_at(self, day: date) -> OpenRelease:
        """Open the release that was current at the end of a day; raise UnknownRelease when there was none yet."""
        until = [release for release in self._releases.kept() if release.day <= day]
        if not until:
            raise UnknownRelease(f"No release is as old as {day.isoformat()}; see `hrcr releases`.")
        return self._releases.open(until[-1].id)

    def releases(self) -> Sequence[Release]:
        """Give every kept release, the oldest first."""
        return self._releases.kept()

    def today(self) -> date:
        """Give the day by the clock, in UTC."""
        return self._clock().date()

    def _compose(self, said: Graph, held: Graph, *, city: URIRef, at: date, desk_profile: bool) -> Dossier:
        return composed(self._artefacts, said, held, city=city, base=self._base, at=at, desk_profile=desk_profile)

    def _check_profile(self, submission: Graph) -> None:
        demand_profile(submission, self._artefacts.code_lists, self._clerk)

    def _read_book(self, raw: bytes) -> Submission:
        """Take in a workbook; raise SheetFault with every cell to mend."""

        def take(said: Graph) -> Submission:
            digest, syntax = sha256(raw).hexdigest(), self._artefacts.syntax
            submission = admit(said, digest, profile=self.profile, syntax=syntax)
            self._check_profile(submission.graph)
            return submission

        book = read_book(self._workbooks.read(raw), self.entry_plan)
        return take_book(book, self._base, self.entry_plan, take)

    @property
    def _workbooks(self) -> Sheets:
        if self._sheets is None:
            raise UnsupportedFormat("This installation reads and writes no workbooks; send Turtle.")
        return self._sheets
