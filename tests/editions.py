"""Small releases for the feed: what each graph says in one word, and a copy made from pages alone."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyoxigraph
from rdflib import URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.feed import Edition
from registry.feeding import feed_files
from registry.fold import fold
from registry.loading import artefacts, now
from registry.model import Event, Folded, Release
from registry.namespaces import ROOT
from registry.registry import Registry

SYNTAX: Final = artefacts().syntax
DAY: Final = date(2026, 6, 30)
GUIDE: Final = Path(__file__).parents[1] / "docs" / "federation.md"


def content(said: Mapping[str, str]) -> Folded:
    """What a release holds whose graphs, by kind and slug, say one word each; an empty word says nothing any more."""
    return fold(
        (
            Event(
                sequence=number,
                kind=case.partition("/")[0],
                case=case,
                office="registry-steward",
                time="2026-06-30",
                reason="Compiled.",
                graph=URIRef(f"{ROOT}graph/{case}"),
                payload=f'<https://example.org/{case}> <https://example.org/says> "{word}" .\n'.encode()
                if word
                else b"",
            )
            for number, (case, word) in enumerate(sorted(said.items()), start=1)
        ),
        SYNTAX,
    )


def publish(home: Path, said: Mapping[str, str], day: date = DAY, *, is_whole: bool = True) -> Release:
    """Publish a release with its feed and everything else that is public, as the registry does.

    One that is not whole has the dump of every graph beside the feed, and no other file.
    """
    releases, held = ReleaseDirectories(home), content(said)
    registry = Registry(artefacts(), validator=PyShaclValidator, releases=releases, clock=now)
    return releases.build(
        held,
        day=day,
        standard_version="1.0.0",
        software_version="0.1.0",
        files=lambda made, reader: {
            **(registry.files_of(made, reader) if is_whole else {"hrcr.nq": reader.dump("application/n-quads")}),
            **feed_files(releases, Edition(made.id, made.day, held), list),
        },
    )


def replica(quads: Iterable[pyoxigraph.Quad]) -> bytes:
    """Make a copy of a release from the members of its feed alone, by the program that the guide shows."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    found: dict[str, Any] = {"__name__": "guide"}
    exec(program, found)  # noqa: S102  # the program of our own guide
    copy: bytes = found["replica"](quads)
    return copy


def canonical(held: Folded) -> bytes:
    """What a release holds as its dump has it: sorted lines, each once."""
    return b"".join(line + b"\n" for line in sorted({*held}))
