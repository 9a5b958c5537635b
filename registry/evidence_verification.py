"""Checking files of evidence against what an export says of them, by their SHA-256 alone; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from registry.case_checks import LAW
from registry.contributions import TEXT
from registry.ledger_export import envelopes_in
from registry.sealing import KEY, PAYLOAD
from registry.spot_checks import HEAD
from registry.verification import Check, Kind

_NUMBER: Final = re.compile(r"-[0-9]+$")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_NO_FILES: Final = frozenset({PAYLOAD, LAW, TEXT, KEY, HEAD})
"""Under these roles no file is named: what the export holds itself or shows, the law, texts kept under a salt."""
_MOST_FAULTS: Final = 20


def verify_evidence(lines: Iterable[bytes], files: Mapping[str, str]) -> tuple[Check, ...]:
    """Compare files with the events of an export of the ledger or of a case.

    ``files`` are the SHA-256 of the files at hand by path. A file that bears a SHA-256 as its name must have it. Lines
    that are no events are left to the check of the export itself.
    """
    named = {
        digest: _NUMBER.sub("", role)
        for envelope in envelopes_in(lines)
        for role, digest in envelope.hashes.items()
        if role not in _NO_FILES
    }
    at_hand = set(files.values())
    found = Counter(role for digest, role in named.items() if digest in at_hand)
    missing = Counter(role for digest, role in named.items() if digest not in at_hand)
    wrong = sorted(path for path, digest in files.items() if _states_another(path, digest))
    foreign = sum(digest not in named for digest in files.values()) - len(wrong)
    return (
        *(Check(Kind.BROKEN, f"The file {path} is not what its name says.") for path in wrong[:_MOST_FAULTS]),
        *([Check(Kind.HOLDS, f"Files at hand are what events name: {_counted(found)}.")] if found else []),
        *([Check(Kind.NOT_CHECKED, f"What events name and is not at hand: {_counted(missing)}.")] if missing else []),
        *([Check(Kind.NOT_CHECKED, f"{foreign:,} files that no event names.")] if foreign > 0 else []),
    )


def _states_another(path: str, digest: str) -> bool:
    name = path.rsplit("/", 1)[-1].partition(".")[0]
    return _DIGEST.fullmatch(name) is not None and name != digest


def _counted(roles: Counter[str]) -> str:
    return ", ".join(f"{number:,} × {role}" for role, number in sorted(roles.items()))
