"""What may tell of a person is found where it stands, and dates, laws and sums of money are let alone."""

import pytest

from registry.adapters.personal_data import find_personal_data

FOUND = [
    ("Write to some.body+x@city.example please", [], "e-mail address", "some.body+x@city.example"),
    ("write to somebody (at) city (dot) example", [], "e-mail address", "somebody (at) city (dot) example"),
    ("umlaut: müller@stadt.example", [], "e-mail address", "müller@stadt.example"),
    ("ring +43 316 872 0 1234 any time", [], "telephone number", "+43 316 872 0 1234"),
    ("at home 020 7946 0018 after six", ["GB"], "telephone number", "020 7946 0018"),
    ("Tel.: 0316/872-2022", [], "telephone number", "0316/872-2022"),
    ("give to GB82 WEST 1234 5698 7654 32 today", [], "bank account", "GB82 WEST 1234 5698 7654 32"),
]
LET_ALONE = [
    "By-law 17 of 2024 was adopted on 2024-02-29 and ends on 31.12.2027.",
    "The budget of 1,250,000 fell to 980 000 within 3 years, see section 12(3)(b).",
    "Resolution A/RES/217(III), https://www.un.org/en/about-us/universal-declaration-of-human-rights",
    "Account XY82 WEST 1234 5698 7654 32 has wrong digits.",
    "",
]


@pytest.mark.parametrize(("text", "countries", "kind", "signs"), FOUND)
def test_it_is_found_where_it_stands(text: str, countries: list[str], kind: str, signs: str) -> None:
    (mark,) = find_personal_data(text, countries)
    assert (mark.kind, mark.signs) == (kind, signs)
    assert text[mark.start :].startswith(signs)
    assert signs not in repr(mark)


@pytest.mark.parametrize("text", LET_ALONE)
def test_what_tells_of_nobody_is_let_alone(text: str) -> None:
    assert find_personal_data(text, ["AT", "GB", "US"]) == ()


def test_a_long_text_takes_no_long_time_and_each_place_is_named_once() -> None:
    text = "a@b.example " * 400 + "1234567 " * 600
    marks = find_personal_data(text, ["DE", "GB", "AT", "US", "FR"])
    assert len([mark for mark in marks if mark.kind == "e-mail address"]) == 400
    assert len({mark.start for mark in marks}) == len(marks)
