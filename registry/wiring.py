"""One installation put together from its settings."""

import gc
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from rdflib import Graph

from registry.accepted_submissions import to_record
from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.backups import back_up as copy_databases
from registry.adapters.backups import bring_back as bring_databases_back
from registry.adapters.ed25519_key import Ed25519Key
from registry.adapters.ed25519_key import new_key as new_key
from registry.adapters.one_time_codes import TimeCodes
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.spreadsheet import OpenXmlSheets
from registry.adapters.sql_accounts import SqlAccounts
from registry.adapters.sql_answers import SqlAnswers
from registry.adapters.sql_documents import SqlDocuments
from registry.adapters.sql_drafts import SqlDrafts
from registry.adapters.sql_looks import SqlLooks
from registry.adapters.sql_passkeys import SqlPasskeys
from registry.adapters.sql_provider_links import SqlProviderLinks
from registry.adapters.sql_sessions import SqlSessions
from registry.comparison import Comparison, compare
from registry.errors import SettingsError, SubmissionError, UnknownRecord
from registry.evidence_wiring import evidence_files, held_links
from registry.guard import TURTLE
from registry.intake import read_submission
from registry.ledger_wiring import LEDGER, LEDGER_KEY, open_casework, open_ledger
from registry.loading import artefacts, now
from registry.model import Release
from registry.passkey_sign_in import PasskeySignIn
from registry.peer_wiring import record_peers, taken_of
from registry.provider_sign_in import ProviderSignIn
from registry.registrar import Registrar
from registry.registry import Registry
from registry.release_wiring import open_releases
from registry.report import assertions
from registry.settings import Settings
from registry.sign_in import SignIn
from registry.sign_in_wiring import open_authenticators, open_provider
from registry.unfiled_findings import forget_what_is_over

ACCOUNTS: Final = "accounts.db"
DRAFTS: Final = "drafts.sqlite"
"""The file in HRCR_HOME of what is kept for people at work and is no part of any record."""
LOOKS_KEPT: Final = timedelta(days=90)
"""How long after a case was closed it is known who looked at it."""
_validator: Final = lru_cache(PyShaclValidator)  # what it prepared serves every registry of a process
DOCUMENTS: Final = "documents.sqlite"
"""The file in HRCR_HOME, where no database is named."""


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
        validator=_validator,
        releases=open_releases(settings),
        clock=now,
        ledger=lambda: closing(open_ledger(settings, may_be_new=True)),
        base=settings.base,
        signer=Ed25519Key(Path(settings.signing_key)) if settings.signing_key else None,
        sheets=OpenXmlSheets(),
        repair_seconds=settings.repair_seconds,
    )


@dataclass(frozen=True, slots=True)
class People:
    """Who may come in, and who looks after that; the database is opened when somebody is first asked for.

    ``provider`` is there where the settings name an identity provider, ``passkeys`` where they name a site for them.
    """

    sign_in: SignIn
    registrar: Registrar
    provider: ProviderSignIn | None = None
    passkeys: PasskeySignIn | None = None


def people(settings: Settings) -> People:
    """Put the people of one installation together; raise SettingsError for an unusable HRCR_ACCOUNTS or HRCR_OIDC_…."""
    database = AccountsDatabase(settings.private_database(ACCOUNTS))
    accounts, sessions, passwords = SqlAccounts(database), SqlSessions(database), Argon2Passwords()
    sign_in = SignIn(accounts, sessions, passwords, TimeCodes(), now)
    provider, devices = open_provider(settings), open_authenticators(settings)
    return People(
        sign_in,
        Registrar(accounts, sessions, passwords, now, base=settings.base),
        None
        if provider is None
        else ProviderSignIn(
            sign_in,
            provider,
            SqlProviderLinks(database),
            accounts,
            sessions,
            now,
            site=settings.site,
            accepted=settings.oidc_factors.split(),
        ),
        None if devices is None else PasskeySignIn(sign_in, devices, SqlPasskeys(database), accounts, sessions, now),
    )


def open_drafts(settings: Settings) -> SqlDrafts:
    """Open what offices are writing, made when missing: beside the accounts, as it is not public either."""
    return SqlDrafts(settings.private_database(DRAFTS), clock=now)


def open_documents(settings: Settings) -> SqlDocuments:
    """Open what cases refer to by SHA-256, made when missing: beside the accounts, as not all of it is public."""
    return SqlDocuments(settings.private_database(DOCUMENTS))


def open_answers(settings: Settings) -> SqlAnswers:
    """Open the answers that are kept to be given again, made when missing: beside the drafts they speak of."""
    return SqlAnswers(settings.private_database(DRAFTS), clock=now)


def open_looks(settings: Settings) -> SqlLooks:
    """Open when who last looked at which case, made when missing: beside the drafts, as it is nobody else's matter."""
    return SqlLooks(settings.private_database(DRAFTS), clock=now)


def forget_unfiled(settings: Settings) -> int:
    """Erase the findings that were begun and cannot be filed any more; give how many."""
    with closing(open_drafts(settings)) as drafts, closing(open_ledger(settings)) as ledger:
        cases = {case.name: case for case in open_casework(settings, ledger).cases()}
        return forget_what_is_over(drafts, artefacts().process, cases.get)


def forget_looks(settings: Settings) -> int:
    """Erase who looked at which case, of accounts that are gone and of cases long closed; give how many looks."""
    with closing(open_looks(settings)) as looks:
        noted = looks.noted()
        if not noted:
            return 0
        with closing(open_ledger(settings)) as ledger:
            work, since = open_casework(settings, ledger), now() - LOOKS_KEPT
            closed = work.closed()
            over = {case.name for case in work.cases() if case.name in closed and case.acts[-1].at < since}
        known = {account.id for account in people(settings).registrar.all()}
        gone = [(account, case) for account, case in noted if account not in known or case in over]
        looks.erase(gone)
        return len(gone)


def publish(settings: Settings, *, at: date | None, advance: Callable[[int], object]) -> Release:
    """Assess every desk profile, as many at once as there are processors, and publish the next release.

    ``advance`` is called with the number of cities assessed since it was last called.
    """
    registry, assessments = wire(settings), {}
    day = at or registry.today()
    slugs = sorted(registry.artefacts.files.cities)
    held = held_links(settings, tuple(slugs))
    known = [held.get(slug) for slug in slugs]
    with ProcessPoolExecutor(mp_context=get_context("forkserver"), initializer=warm) as pool:
        for slug, graph in zip(slugs, pool.map(partial(_assess, settings, day), slugs, known), strict=True):
            assessments[slug] = graph
            advance(1)
    record_accepted(settings)
    record_peers(settings, taken_of(settings), at=day)
    return registry.publish(assessments, at=day)


def record_accepted(settings: Settings) -> int:
    """Record what cities said on whose word a level was granted, as far as it is not yet; give the number of events.

    What cannot be read now is left for the next time, with a line in the log.
    """
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        cases = open_casework(settings, ledger).cases()
        return len(ledger.append([*to_record(cases, ledger.case, partial(_statements, settings))]))


def _statements(settings: Settings, digest: str) -> bytes | None:
    registry, syntax = wire(settings), artefacts().syntax
    try:
        with closing(open_documents(settings)) as documents:
            raw = documents.read(digest)
        return syntax.canonical(read_submission(raw, TURTLE, profile=registry.profile, syntax=syntax).graph)
    except (UnknownRecord, SubmissionError) as fault:
        logging.getLogger(__name__).warning("the submission %s is in no release: %s", digest, fault)
        return None


def back_up(settings: Settings, directory: Path) -> Mapping[str, str]:
    """Copy every database and all evidence into a new directory, the ledger first; give the SHA-256 of each by path.

    Keys are left out: they are to be kept apart. Raises SettingsError when one lies on a server.
    """
    for variable, url in (("HRCR_LEDGER", settings.ledger), ("HRCR_ACCOUNTS", settings.accounts)):
        if url:
            raise SettingsError(f"{variable} names a database elsewhere; back it up with its own tools (pg_dump).")
    first = [settings.home / name for name in (LEDGER, ACCOUNTS)]  # no event may speak of what is not copied yet
    others = sorted({*settings.home.glob("*.sqlite")} - {*first})
    copied = copy_databases([*first, *others], directory, evidence=evidence_files(settings))
    if not copied:
        raise SettingsError(f"There is nothing to back up under {settings.home}.")
    return copied


def bring_back(settings: Settings, directory: Path) -> tuple[Sequence[str], Release]:
    """Put a backup into a home that has none of its databases, and make the last release again from the ledger.

    Gives the names of what was put there, and the release. Raises SettingsError first when the ledger's key is missing.
    """
    if not settings.signing_key and not (settings.home / LEDGER_KEY).exists():
        place = settings.home / LEDGER_KEY
        raise SettingsError(
            f"A backup holds no keys: set HRCR_SIGNING_KEY to that of the ledger, or put it at {place}."
        )
    brought = bring_databases_back(directory, settings.home, evidence=evidence_files(settings))
    return brought, wire(settings).rebuild()


def compare_releases(settings: Settings, earlier: str, later: str) -> Comparison:
    """Compare two kept releases by their identifiers; raise UnknownRelease."""
    registry = wire(settings)
    return compare(registry.release(earlier), registry.release(later))


def _assess(settings: Settings, at: date, slug: str, held: Graph | None) -> Graph:
    return assertions(wire(settings).assess_desk_profile(slug, at=at, held=held))
