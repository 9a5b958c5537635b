"""A city that plays its own network, reviewer, source, register, evaluator or standard gains nothing by it.

Each file is one submission. What stands below its line "# planted" is what the city adds to play a part that is not its
own; the first line says whether the file is refused at the door, naming what, or judged no better than without it.
"""

import re
from pathlib import Path

import pytest

from registry.errors import NotAdmitted, ProfileFault
from registry.model import Outcome, Report
from registry.registry import Examination
from tests.examples import example_files as files

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "self-playing"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ttl"))
ORDER = (Outcome.FAILED, Outcome.CANNOT_TELL, Outcome.UNTESTED, Outcome.INAPPLICABLE, Outcome.PASSED)


def text(name: str) -> str:
    return (FOLDER / f"{name}.ttl").read_text(encoding="utf-8")


def expectation(name: str) -> str:
    return text(name).partition("\n")[0].removeprefix("# expect: ")


REFUSED = [name for name in NAMES if expectation(name).startswith("refused ")]
NO_BETTER = [name for name in NAMES if expectation(name) == "no better"]


def judged(turtle: str) -> Report:
    return files.registry().examine(Examination(raw=turtle.encode(), name="city.ttl", at=files.AT))


def test_every_file_says_whether_it_is_refused_or_no_better() -> None:
    assert sorted(REFUSED + NO_BETTER) == NAMES
    assert (len(REFUSED), len(NO_BETTER)) == (42, 13)
    assert all(text(name).count("\n# planted\n") == 1 for name in NAMES)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_in_which_the_city_states_what_is_not_its_own_is_refused(name: str) -> None:
    named = expectation(name).removeprefix("refused ")
    with pytest.raises((NotAdmitted, ProfileFault), match=re.escape(named)):
        files.registry().read(Examination(raw=text(name).encode(), name="city.ttl"))


@pytest.mark.parametrize("name", REFUSED)
def test_without_what_is_planted_the_file_is_admitted(name: str) -> None:
    honest = text(name).partition("\n# planted\n")[0]
    submission = files.registry().read(Examination(raw=honest.encode(), name="city.ttl"))
    assert str(submission.city) == "https://example.org/id/city/brackwater"


@pytest.mark.parametrize("name", NO_BETTER)
def test_what_a_city_may_state_of_the_part_it_plays_makes_no_outcome_better(name: str) -> None:
    without, playing = judged(text(name).partition("\n# planted\n")[0]), judged(text(name))
    before, after = files.outcomes(without), files.outcomes(playing)
    gained = {
        slug: (before[slug], after[slug]) for slug in after if ORDER.index(after[slug]) > ORDER.index(before[slug])
    }
    assert gained == {}
    assert files.levels(playing) == files.levels(without)
