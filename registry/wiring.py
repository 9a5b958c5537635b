"""The only file that sees the adapters: it puts one installation together."""

import gc
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from rdflib import Graph

from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.artefact_files import bundled_contexts, example_texts, load_artefacts, question_texts
from registry.adapters.backups import back_up as copy_databases
from registry.adapters.backups import bring_back as bring_databases_back
from registry.adapters.child_process import PRELOADED, ChildProcess
from registry.adapters.ed25519_key import Ed25519Key, is_signed
from registry.adapters.ed25519_key import new_key as new_key
from registry.adapters.one_time_codes import TimeCodes
from registry.adapters.oxigraph_store import OxigraphReader
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.query_once import ask
from registry.adapters.release_directories import ReleaseDirectories, public_files
from registry.adapters.spreadsheet import OpenXmlSheets
from registry.adapters.sql_accounts import SqlAccounts
from registry.adapters.sql_drafts import SqlDrafts
from registry.adapters.sql_ledger import SqlLedger
from registry.adapters.sql_sessions import SqlSessions
from registry.artefacts import Artefacts
from registry.casework import Casework
from registry.comparison import Comparison, compare
from registry.dossier import merge
from registry.dumps import SUMS
from registry.entry import Entry
from registry.errors import QueryError, ReleaseError, SettingsError, SheetFault, StoreError, UnknownKind
from registry.ledger_export import export_lines, is_export
from registry.ledger_verification import verify_export, verify_ledger, verify_receipt_file
from registry.model import Dossier, Release, Report
from registry.namespaces import PREFIXES
from registry.queries import QueryForm, examine_query
from registry.receipt import is_receipt
from registry.receipt import read as read_receipt
from registry.registrar import Registrar
from registry.registry import Examination, Registry
from registry.report import assertions
from registry.settings import Settings
from registry.sign_in import SignIn
from registry.verification import Check, is_release, signing_key, verify_release

_QUERY_MEMORY: Final = 4 * 1024**3
_LEDGER: Final = "ledger.sqlite"
_LEDGER_KEY: Final = "ledger-key.pem"
_ACCOUNTS: Final = "accounts.db"
_DRAFTS: Final = "drafts.sqlite"
_DATABASES: Final = (_LEDGER, _ACCOUNTS, _DRAFTS)  # copied in this order: no event may speak of an account unknown
_LONGEST_START: Final = 1024**2
"""How much of a file is read to know what it is."""

logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # who typed a faulty value is told; the log need not be


@cache
def artefacts() -> Artefacts:
    """Read the published artefacts, once in each process."""
    syntax = OxigraphSyntax(bundled_contexts())
    return Artefacts(load_artefacts(syntax), syntax)


def warm() -> None:
    """Read and prepare what every judgement needs, and keep it out of the rounds of the garbage collector.

    Else each judgement would have it looked at again and again, which doubles its time.
    """
    wire(Settings()).rehearse()
    gc.freeze()


def wire(settings: Settings) -> Registry:
    """Put one installation together from its settings."""
    return Registry(
        artefacts(),
        validator=PyShaclValidator,
        releases=ReleaseDirectories(settings.home),
        clock=partial(datetime.now, UTC),
        ledger=lambda: closing(open_ledger(settings, may_be_new=True)),
        base=settings.base,
        signer=Ed25519Key(Path(settings.signing_key)) if settings.signing_key else None,
        sheets=OpenXmlSheets(),
    )


@dataclass(frozen=True, slots=True)
class People:
    """Who may come in, and who looks after that; the database is opened when somebody is first asked for."""

    sign_in: SignIn
    registrar: Registrar


def people(settings: Settings) -> People:
    """Put the people of one installation together; raise SettingsError for an unusable HRCR_ACCOUNTS."""
    database = AccountsDatabase(settings.accounts or f"sqlite:///{settings.home}/{_ACCOUNTS}")
    accounts, sessions, passwords = SqlAccounts(database), SqlSessions(database), Argon2Passwords()
    clock = partial(datetime.now, UTC)
    return People(
        SignIn(accounts, sessions, passwords, TimeCodes(), clock),
        Registrar(accounts, sessions, passwords, clock, base=settings.base),
    )


def open_drafts(settings: Settings) -> SqlDrafts:
    """Open what offices are writing, made when missing: beside the accounts, as it is not public either."""
    url = settings.accounts or f"sqlite:///{settings.home}/{_DRAFTS}"
    settings.home.mkdir(parents=True, exist_ok=True)
    return SqlDrafts(url.replace("postgresql://", "postgresql+psycopg://"), clock=partial(datetime.now, UTC))


def questions() -> dict[str, str]:
    """Give the competency questions as query texts by slug."""
    return question_texts()


def examples() -> dict[str, str]:
    """Give the fictional examples as Turtle texts by path below data/examples."""
    return example_texts()


def publish(settings: Settings, *, at: date | None, advance: Callable[[int], object]) -> Release:
    """Assess every desk profile, as many at once as there are processors, and publish the next release.

    ``advance`` is called with the number of cities assessed since it was last called.
    """
    registry, assessments = wire(settings), {}
    day = at or registry.today()
    slugs = sorted(registry.artefacts.files.cities)
    with ProcessPoolExecutor(mp_context=get_context("forkserver"), initializer=warm) as pool:
        for slug, graph in zip(slugs, pool.map(partial(_assess, settings, day), slugs), strict=True):
            assessments[slug] = graph
            advance(1)
    return registry.publish(assessments, at=day)


def open_ledger(settings: Settings, *, may_be_new: bool = False) -> SqlLedger:
    """Open the ledger of an installation, signing with the key of the installation.

    A new one in HRCR_HOME makes a key of its own where none is set. Raises SettingsError when there is no ledger and
    none may be made, or no key for it.
    """
    file, key = settings.home / _LEDGER, Path(settings.signing_key or settings.home / _LEDGER_KEY)
    is_new = not settings.ledger and not file.exists()
    if is_new and not may_be_new:
        raise SettingsError(f"There is no ledger under {settings.home} yet; `hrcr publish` makes one.")
    if not settings.signing_key and not key.exists():
        if not is_new:
            raise SettingsError("The ledger signs every event: set HRCR_SIGNING_KEY to its key (see `hrcr new-key`).")
        settings.home.mkdir(parents=True, exist_ok=True)
        new_key(key)
    return SqlLedger(
        settings.ledger or f"sqlite:///{file}",
        origin=settings.base.split("://", 1)[1] + "ledger",
        signer=Ed25519Key(key),
        clock=partial(datetime.now, UTC),
    )


def back_up(settings: Settings, directory: Path) -> Mapping[str, str]:
    """Copy ledger, accounts and drafts into a new directory, the ledger first; give the SHA-256 of each by its name.

    Keys are left out: they are to be kept apart. Raises SettingsError when one lies on a server.
    """
    for variable, url in (("HRCR_LEDGER", settings.ledger), ("HRCR_ACCOUNTS", settings.accounts)):
        if url:
            raise SettingsError(f"{variable} names a database elsewhere; back it up with its own tools (pg_dump).")
    copied = copy_databases([settings.home / name for name in _DATABASES], directory)
    if not copied:
        raise SettingsError(f"There is nothing to back up under {settings.home}.")
    return copied


def bring_back(settings: Settings, directory: Path) -> tuple[Sequence[str], Release]:
    """Put a backup into a home that has none of its databases, and make the last release again from the ledger.

    Gives the names of what was put there, and the release. Raises SettingsError first when the ledger's key is missing.
    """
    if not settings.signing_key and not (settings.home / _LEDGER_KEY).exists():
        place = settings.home / _LEDGER_KEY
        raise SettingsError(
            f"A backup holds no keys: set HRCR_SIGNING_KEY to that of the ledger, or put it at {place}."
        )
    return bring_databases_back(directory, settings.home), wire(settings).rebuild()


def open_casework(settings: Settings, ledger: SqlLedger) -> Casework:
    """Put the cases of an installation on its open ledger; ties are looked for in the reference data and profiles."""
    return Casework(
        artefacts().process,
        ledger,
        artefacts().syntax,
        base=settings.base,
        clock=partial(datetime.now, UTC),
        known=_known_of,
    )


def _known_of(city: str) -> Graph:
    """Give what the artefacts say of a city and of the organisations that publish."""
    files, slug = artefacts().files, city.rsplit("/", 1)[-1]
    return merge([files.reference["publishers"], *([files.cities[slug]] if slug in files.cities else [])])


def take_due_steps(settings: Settings) -> tuple[str, ...]:
    """Take every step that time alone brings about, and give each as “<case>: <step>”; none when it was just done."""
    with closing(open_ledger(settings)) as ledger:
        receipts = open_casework(settings, ledger).tick()
    return tuple(f"{receipt.event.envelope.case}: {receipt.event.envelope.kind}" for receipt in receipts)


def export_ledger(settings: Settings, path: Path) -> int:
    """Write an export of the ledger where no file is yet, whole or not at all; give the number of its events."""
    try:
        file = path.open("xb")
    except OSError as fault:
        raise SettingsError(f"The export {path} cannot be written: {fault.strerror}.") from fault
    try:
        with file, closing(open_ledger(settings)) as ledger:
            return sum(file.write(line) > 0 for line in export_lines(ledger)) - 1
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_ledger(settings: Settings, *, keys: tuple[bytes, ...]) -> tuple[Check, ...]:
    """Check the ledger of an installation where it lies, against every checkpoint that it signed."""
    with closing(open_ledger(settings)) as ledger:
        return verify_ledger(ledger, keys=keys, is_signed=is_signed, law=artefacts().process)


def verify_path(path: Path, *, keys: tuple[bytes, ...] = (), known: tuple[bytes, ...] = ()) -> tuple[Check, ...]:
    """Check what lies at a path, by its content; raise UnknownKind when it is nothing that can be checked.

    ``known`` are receipts or checkpoints that the reader has of a ledger from elsewhere.
    """
    if path.is_file():
        with path.open("rb") as file:
            start = file.readline(_LONGEST_START)
            file.seek(0)
            if is_receipt(start):
                return verify_receipt_file(file.read(), keys=keys, is_signed=is_signed)
            if is_export(start):
                law = artefacts().process
                return verify_export(file, keys=keys, is_signed=is_signed, known=map(_note, known), law=law)
    files = public_files(path)
    if not is_release(files):
        raise UnknownKind(
            f"{path} holds no release and is no export of a ledger: neither {SUMS} nor the files of a release are "
            "there, nor is the first line a checkpoint."
        )
    return verify_release(
        files, key=signing_key(files, keys, is_signed), is_signed=is_signed, stored=_stored(path / "store")
    )


def _note(known: bytes) -> str:
    return read_receipt(known).checkpoint.note if is_receipt(known) else known.decode("utf-8", errors="replace")


def _stored(store: Path) -> bytes | None:
    """Give the canonical N-Quads of the engine's directory: none at all when it cannot be read, None without one."""
    if not store.is_dir():
        return None
    try:
        return OxigraphReader(store).dump("application/n-quads")
    except (ReleaseError, StoreError):
        return b""


def compare_releases(settings: Settings, earlier: str, later: str) -> Comparison:
    """Compare two kept releases by their identifiers; raise UnknownRelease."""
    registry = wire(settings)
    return compare(registry.release(earlier), registry.release(later))


def examine_confined(settings: Settings, examination: Examination) -> Report:
    """Read and judge untrusted bytes in a killable child with a deadline and a memory limit."""
    return _confinement(settings).call(_examine, settings, examination)


def dossier_confined(settings: Settings, examination: Examination) -> Dossier:
    """Read untrusted bytes and compose their dossier in a killable child."""
    return _confinement(settings).call(_dossier, settings, examination)


def entry_confined(settings: Settings, examination: Examination) -> Entry:
    """Read untrusted bytes into an entry to go on with, in a killable child."""
    return _confinement(settings).call(_open_entry, settings, examination)


def annotate_confined(settings: Settings, raw: bytes, fault: SheetFault) -> bytes:
    """Write the sentences of a fault into the cells of an untrusted workbook, in a killable child."""
    return _confinement(settings).call(_annotate, settings, raw, fault)


def query_confined(settings: Settings, text: str, media_types: Mapping[bool, str]) -> tuple[bytes, str]:
    """Ask the current release in a killable child; give the answer and its media type.

    ``media_types`` says which media type is wanted for solutions (False) and which for triples (True).
    """
    form = examine_query(text, settings.query_limits)
    if form is QueryForm.UPDATE:
        raise QueryError("An update is refused: releases are read-only; ask with SELECT, ASK, CONSTRUCT or DESCRIBE.")
    media_type = media_types[form.gives_triples]
    store = ReleaseDirectories(settings.home).current().release.directory / "store"
    confinement = ChildProcess(deadline_seconds=settings.query_seconds, memory_bytes=_QUERY_MEMORY)
    prefixes = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
    return confinement.call(ask, store, text, media_type, prefixes), media_type


def _confinement(settings: Settings) -> ChildProcess:
    return ChildProcess(
        deadline_seconds=settings.judge_seconds,
        memory_bytes=settings.judge_megabytes * 1024 * 1024,
        preloaded=(*PRELOADED, "registry.preloading"),
    )


def _assess(settings: Settings, at: date, slug: str) -> Graph:
    return assertions(wire(settings).assess_desk_profile(slug, at=at))


def _examine(settings: Settings, examination: Examination) -> Report:
    return wire(settings).examine(examination)


def _open_entry(settings: Settings, examination: Examination) -> Entry:
    return wire(settings).open_entry(examination)


def _annotate(settings: Settings, raw: bytes, fault: SheetFault) -> bytes:
    return wire(settings).annotated(raw, fault)


def _dossier(settings: Settings, examination: Examination) -> Dossier:
    return wire(settings).dossier(examination)
