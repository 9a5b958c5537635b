"""Each bad file gets one clear sentence, alone and in a child process, and none stalls the reader.

``bad.tsv`` lists every file of ``bad/`` with the error's code and the whole sentence; only what the parser itself says
after line and column is left open. The first two digits of a name are the row of the list of controls it belongs to.
"""

import time
from collections import Counter
from pathlib import Path

import pytest

from registry.adapters.artefact_files import bundled_contexts
from registry.adapters.child_process import ChildProcess
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.errors import SubmissionError
from registry.intake import media_type_of, read_submission
from registry.profile import read_profile

HERE = Path(__file__).parent
BAD = HERE / "bad"
ROWS = [line.split("\t") for line in (HERE / "bad.tsv").read_text(encoding="utf-8").splitlines()[1:]]
EXPECTED = {name: (code, sentence) for name, code, sentence in ROWS}


def refusals(names: list[str], profile_text: bytes) -> list[tuple[str, str]]:
    """Read each file and give the code and sentence of its refusal; runs in a child as well."""
    syntax = OxigraphSyntax(bundled_contexts())
    profile = read_profile(syntax.parse(profile_text, "text/turtle", base="", most_triples=1_000_000))
    found = []
    for name in names:
        raw = (BAD / name).read_bytes()
        try:
            read_submission(raw, media_type_of(name, None, raw), profile=profile, syntax=syntax)
            found.append(("", "admitted"))
        except SubmissionError as fault:
            found.append((fault.code, str(fault)))
    return found


@pytest.fixture(scope="module")
def found(profile_text: bytes) -> dict[str, tuple[str, str]]:
    return dict(zip(EXPECTED, refusals(list(EXPECTED), profile_text), strict=True))


@pytest.fixture(scope="module")
def profile_text() -> bytes:
    return (HERE.parents[1] / "shapes" / "submission.ttl").read_bytes()


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sentence_is_the_expected_one(name: str, found: dict[str, tuple[str, str]]) -> None:
    code, sentence = found[name]
    wanted_code, wanted = EXPECTED[name]
    shown = sentence[: len(wanted)] if wanted.endswith(":") else sentence
    assert (code, shown) == (wanted_code, wanted)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sentence_is_one_line_of_plain_characters(name: str, found: dict[str, tuple[str, str]]) -> None:
    sentence = found[name][1]
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) <= 600


def test_a_smuggled_statement_is_named() -> None:
    smuggled = [sentence for name, (_, sentence) in EXPECTED.items() if name.startswith("41-")]
    assert [each for each in smuggled if not each.startswith("The statement ")] == []


def test_the_list_holds_every_file_and_enough_for_each_row() -> None:
    assert list(EXPECTED) == sorted(path.name for path in BAD.iterdir())
    assert Counter(name[:2] for name in EXPECTED) == {
        "36": 6,
        "37": 6,
        "38": 7,
        "39": 11,
        "40": 10,
        "41": 113,
        "42": 4,
        "43": 20,
        "44": 4,
        "45": 5,
        "46": 7,
        "47": 12,
        "48": 39,
        "49": 85,
    }


def test_all_bad_files_together_are_refused_in_a_child_and_the_parent_goes_on(profile_text: bytes) -> None:
    child = ChildProcess(deadline_seconds=60, memory_bytes=1_500_000_000)
    names = list(EXPECTED)
    start = time.monotonic()
    answers = child.call(refusals, names, profile_text)
    assert [code for code, _ in answers] == [EXPECTED[name][0] for name in names]
    assert time.monotonic() - start < 30
