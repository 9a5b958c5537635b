"""Everything a deployment may choose: one field, one variable, one flag, one line of documentation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from registry.errors import SettingsError
from registry.evidence_kinds import GROUPS
from registry.namespaces import ROOT
from registry.ports import MOVED
from registry.queries import USUAL, Limits

PREFIX: Final = "HRCR_"
_PASSWORD: Final = re.compile(r"(?<!http)(?<!https)(://[^/:@]*:).*(?=@)|([?&]\w*password=)[^&]*", re.DOTALL)
"""A password in a URL, with what stands before it; an address of the web has none, but may have a port and an @."""
_SECRETS: Final = frozenset({"oidc_secret"})
"""Settings that are never shown."""
_MAY_BE_NONE: Final = frozenset({"repair_seconds"})
_EVIDENCE_KINDS: Final = frozenset(GROUPS)


def _setting(default: object, words: str, *, is_shown: bool = True) -> Any:
    return field(default=default, repr=is_shown, metadata={"help": words})


def _query_limit(name: str) -> Any:
    most, words = next((most, words) for limit, most, words in USUAL.described() if limit == name)
    return _setting(most, f"Most that one SPARQL query may hold: {words}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one installation; a flag wins over an ``HRCR_*`` variable, which wins over the default."""

    base: str = _setting(ROOT, "IRI under which this installation mints its items; terms never move.")
    home: Path = _setting(Path("var"), "Directory that holds the releases; made when missing.")
    signing_key: str = _setting(
        "",
        "File with the private key (PEM) that signs releases and the ledger; without one releases are not signed, and "
        "the ledger makes a key of its own in HRCR_HOME. See `hrcr new-key`.",
    )
    ledger: str = _setting(
        "", "URL of the database that holds the ledger, such as postgresql://…; a SQLite file in HRCR_HOME by default."
    )
    accounts: str = _setting(
        "", "URL of the database that holds the accounts, such as postgresql://…; accounts.db in HRCR_HOME by default."
    )
    store_servers: str = _setting(
        "",
        "Two places in SPARQL servers, between which releases are brought to and fro, such as "
        "fuseki+http://127.0.0.1:3030/one fuseki+http://127.0.0.1:3030/two; the embedded store alone by default.",
    )
    store_login_file: str = _setting(
        "", "File with user:password by which the SPARQL servers are written to (HTTP Basic); none by default."
    )
    contact: str = _setting("", "Address for reports and corrections, such as mailto:… or https://…; none by default.")
    peers: str = _setting(
        "", "File (Turtle) with the peers whose statements are taken; data/peers.ttl by default. See docs/peers.md."
    )
    witness_key: str = _setting(
        "",
        "File with the private key (PEM) that cosigns heads of ledgers of peers, another one than HRCR_SIGNING_KEY; "
        "without one nothing is cosigned here. See docs/witnessing.md.",
    )
    witness_quorum: int = _setting(
        0,
        "Witnesses that must have cosigned the ledger for `hrcr verify` to pass, where --quorum does not say it; of "
        "all releases kept here, checked at once, for the current one alone.",
    )
    site: str = _setting(
        "",
        "Address under which people reach the server, such as https://registry.example/; for links in mail, passkeys, "
        "and signing in with an account elsewhere.",
    )
    smtp: str = _setting(
        "",
        "URL of the mail server by which `hrcr tick` reminds people of last days, such as "
        "smtps://user:password@mail.example; letters come from HRCR_CONTACT; none by default.",
    )
    oidc_issuer: str = _setting(
        "",
        "Issuer of the OpenID Provider whose accounts may be linked to accounts here, such as https://login.example/; "
        "none by default. Needs HRCR_SITE.",
    )
    oidc_client: str = _setting("", "Client identifier by which the OpenID Provider knows this registry.")
    oidc_secret: str = _setting(
        "", "Client secret at the OpenID Provider; rather name a file that holds it.", is_shown=False
    )
    oidc_secret_file: str = _setting("", "File with the client secret at the OpenID Provider.")
    oidc_name: str = _setting("", "What people call the OpenID Provider; the host of its issuer by default.")
    oidc_factors: str = _setting(
        "",
        "Values of acr or amr, separated by spaces, by which the OpenID Provider says that it saw a second factor; "
        "none by default, so that who needs one shows it here.",
    )
    host: str = _setting("127.0.0.1", "Address the server listens on.")
    port: int = _setting(8000, "Port the server listens on.")
    threads: int = _setting(16, "Pages that are worked out at once; who waits, sends or reads takes none.")
    judge_seconds: int = _setting(60, "Time allowed for reading and judging one file.")
    repair_seconds: int = _setting(
        5, "Time allowed for finding and judging repairs of what one file does not meet; 0 looks for none."
    )
    judge_megabytes: int = _setting(2048, "Memory allowed for reading and judging one file.")
    evidence_megabytes: int = _setting(20, "Largest file of evidence that is taken or copied, in megabytes.")
    evidence_kinds: str = _setting(
        "pdf image office text html",
        "Kinds of files that are taken as evidence: some of pdf, image, office, text, html.",
    )
    evidence_store: str = _setting(
        "",
        "S3-compatible store of the files of evidence, such as s3://bucket/folder, with credentials and endpoint in "
        "AWS_* variables (needs hrcr[s3]); a directory in HRCR_HOME by default.",
    )
    evidence_days: int = _setting(7, "Days after which `hrcr evidence check` visits an address again that answered.")
    harvest_hours: int = _setting(24, "Hours after which `hrcr harvest` asks a peer again that answered.")
    harvest_seconds: int = _setting(120, "Time that one run over one peer may take, all its documents together.")
    harvest_megabytes: int = _setting(64, "Most that one run over one peer may bring, in megabytes.")
    harvest_requests: int = _setting(200, "Requests that one run over one peer may send.")
    cache_megabytes: int = _setting(64, "Memory for answers that are kept to be given again.")
    query_seconds: int = _setting(30, "Time allowed for one SPARQL query.")
    query_workers: int = _setting(
        2, "Young SPARQL queries answered at once over the current release, each by a process; as many go on aside."
    )
    query_megabytes: int = _setting(1024, "Memory that one such process may take beyond what it has at its start.")
    query_budget: int = _setting(30, "Seconds of processor time that one client's SPARQL queries may take in a minute.")
    federated_seconds: int = _setting(10, "Seconds that peers have to answer what one SPARQL query asks of them.")
    call_characters: int = _setting(5000, "Characters that one contribution to a public call may have.")
    call_hourly: int = _setting(10, "Contributions that one client may send in an hour; who it is is not kept.")
    call_daily: int = _setting(200, "Contributions that are taken in one case on one day.")
    trusted_proxies: int = _setting(
        0, "Reverse proxies in front, whose X-Forwarded-For and X-Forwarded-Proto tell who asks and how."
    )
    api_requests: int = _setting(240, "Requests to the API that one account, or one client without, may send a minute.")
    query_characters: int = _query_limit("characters")
    query_depth: int = _query_limit("depth")
    query_patterns: int = _query_limit("patterns")
    query_path_steps: int = _query_limit("path_steps")
    query_unions: int = _query_limit("unions")
    query_optionals: int = _query_limit("optionals")
    query_sub_selects: int = _query_limit("sub_selects")
    query_groups: int = _query_limit("groups")
    query_operators: int = _query_limit("operators")
    query_signs: int = _query_limit("signs")
    query_terms: int = _query_limit("terms")
    query_rows: int = _query_limit("rows")

    @property
    def query_limits(self) -> Limits:
        """What one SPARQL query may hold."""
        return _limits(self)

    def private_database(self, file: str) -> str:
        """Give the URL of the database of what is not public: HRCR_ACCOUNTS, or else a file in HRCR_HOME.

        Raises SettingsError when that file was moved to a server.
        """
        if not self.accounts:
            self.demand_not_moved(file, "HRCR_ACCOUNTS")
        return self.accounts or f"sqlite:///{self.home}/{file}"

    def demand_not_moved(self, file: str, variable: str) -> None:
        """Raise SettingsError when a database of HRCR_HOME was moved to a server, so that none is begun anew."""
        if (self.home / f"{file}{MOVED}").exists():
            raise SettingsError(f"{self.home / file} was moved to a server: set {variable} to the URL of its database.")

    @classmethod
    def load(cls, environ: Mapping[str, str], **flags: object) -> "Settings":
        """Read the settings from a mapping of variables and from flags (None means not given).

        Raises SettingsError for an unknown ``HRCR_`` variable or a value of the wrong form.
        """
        known = {entry.name: entry for entry in fields(cls)}
        for variable in environ:
            if variable.startswith(PREFIX) and variable.removeprefix(PREFIX).lower() not in known:
                names = ", ".join(PREFIX + name.upper() for name in known)
                raise SettingsError(f"{variable} is not a setting; the settings are {names}.")
        values: dict[str, object] = {}
        for name in known:
            given = flags.get(name)
            if given is None:
                given = environ.get(PREFIX + name.upper())
            if given is not None:
                values[name] = _convert(name, given, known[name].default)
        return cls(**values)  # type: ignore[arg-type]  # each value was converted to its field's type


@lru_cache(maxsize=8)
def _limits(settings: Settings) -> Limits:
    return Limits(**{name: getattr(settings, f"query_{name}") for name, _, _ in USUAL.described()})


def sources(environ: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """List every setting as (variable, value in force, where it comes from, what it means), without passwords."""
    effective = Settings.load(environ)
    return [
        (
            PREFIX + entry.name.upper(),
            _shown(entry.name, str(getattr(effective, entry.name))),
            "environment" if PREFIX + entry.name.upper() in environ else "default",
            entry.metadata["help"],
        )
        for entry in fields(Settings)
    ]


def _shown(name: str, value: str) -> str:
    """Give a value in force without the passwords in it."""
    if name in _SECRETS and value:
        return "***"
    return _PASSWORD.sub(r"\1\2***", value)


def _convert(name: str, given: object, default: object) -> object:
    text = str(given)
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int):
        if not text.isdecimal() or (int(text) == 0 and default != 0 and name not in _MAY_BE_NONE):
            raise SettingsError(f"{PREFIX}{name.upper()} is “{text}”; it must be a whole number above zero.")
        return int(text)
    if name == "base" and not (text.startswith(("http://", "https://")) and text.endswith("/")):
        raise SettingsError(f"{PREFIX}BASE is “{text}”; it must be an http(s) address that ends in “/”.")
    if name == "site" and text and not (text.startswith(("http://", "https://")) and text.endswith("/")):
        raise SettingsError(f"{PREFIX}SITE is “{text}”; it must be an http(s) address that ends in “/”.")
    if name == "evidence_store" and text and not text.startswith("s3://"):
        raise SettingsError(f"{PREFIX}EVIDENCE_STORE is “{text}”; it must name a bucket, as s3://bucket/folder.")
    if name == "evidence_kinds" and not set(text.split()) <= _EVIDENCE_KINDS:
        raise SettingsError(f"{PREFIX}EVIDENCE_KINDS is “{text}”; it may name {', '.join(sorted(_EVIDENCE_KINDS))}.")
    return text
