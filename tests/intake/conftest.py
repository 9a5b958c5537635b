"""What the intake tests share: the published profile, the parser, and one call that reads a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from registry.adapters.artefact_files import bundled_contexts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.intake import Limits, Submission, media_type_of, read_submission
from registry.profile import Profile, read_profile

Reader = Callable[..., Submission]
SHAPES = Path(__file__).parents[2] / "shapes"


@pytest.fixture(scope="session")
def syntax() -> OxigraphSyntax:
    return OxigraphSyntax(bundled_contexts())


@pytest.fixture(scope="session")
def profile(syntax: OxigraphSyntax) -> Profile:
    raw = (SHAPES / "submission.ttl").read_bytes()
    return read_profile(syntax.parse(raw, "text/turtle", base="", most_triples=1_000_000))


@pytest.fixture(scope="session")
def read(syntax: OxigraphSyntax, profile: Profile) -> Reader:
    def reading(raw: bytes, name: str = "city.ttl", limits: Limits | None = None) -> Submission:
        media_type = media_type_of(name, None, raw)
        return read_submission(raw, media_type, profile=profile, syntax=syntax, limits=limits or Limits())

    return reading
