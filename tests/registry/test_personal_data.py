"""Personal data in texts: of what is planted at least 98 in 100 are found, with their place, and little else."""

import random
import time

import pytest

from registry.adapters.personal_data import _NAMED, _STRICT, _module, find_personal_data
from registry.evidence_model import Inspected, Passage
from registry.personal_data import MOST_FOUND, PROPERTY, personal_data

FOUND = [
    ("e-mail address", "write to a.person+x@dept.oderau.example today", "a.person+x@dept.oderau.example"),
    ("e-mail address", "person (at) oderau.example", "person (at) oderau.example"),
    ("e-mail address", "<person@städte.example>", "person@städte.example"),
    ("telephone number", "Ring +43 316 872 2000.", "+43 316 872 2000"),
    ("telephone number", "Ring 0043 (316) 872-2000", "0043 (316) 872-2000"),
    ("telephone number", "Tel.: 0316/872-2000", "0316/872-2000"),
    ("telephone number", "mobile 0664 123 45 67", "0664 123 45 67"),
    ("bank account", "to AT61 1904 3002 3457 3201 by May", "AT61 1904 3002 3457 3201"),
    ("bank account", "GB82WEST12345698765432", "GB82WEST12345698765432"),
    ("personal number", "PESEL 44051401359.", "44051401359"),
    ("personal number", "CF RSSMRA85T10A562S", "RSSMRA85T10A562S"),
    ("personal number", "DNI 54362315-K", "54362315-K"),
    ("personal number", "henkilötunnus 131052-308T", "131052-308T"),
    ("personal number", "AVS 756.9217.0769.85", "756.9217.0769.85"),
    ("personal number", "NHS number 943 476 5870", "943 476 5870"),
    ("personal number", "BSN: 111222333", "111222333"),
    ("date of birth", "a clerk, born on 3 May 1980, said", "born on 3 May 1980"),
    ("date of birth", "geb. 03.05.1980", "geb. 03.05.1980"),
]
PLAIN = """Council of Oderau, act 2001-7 of 8 February 2001, file 12345/2024-17.
Budget 2026: 1,250,000.00 EUR; 44 051 401 people; ISBN 978-3-16-148410-0; https://oderau.example/a/123456789012
@base is a directive; 2026-06-30 12:00:00; 111222333 items
SHA-256 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
The city was born in 1250. Telephone switchboards were replaced in 1998."""


@pytest.mark.parametrize(("kind", "text", "words"), FOUND)
def test_each_kind_is_found_with_its_words(kind: str, text: str, words: str) -> None:
    assert [(datum.kind, datum.signs) for datum in find_personal_data(text)] == [(kind, words)]


def test_plain_official_prose_gives_nothing() -> None:
    assert find_personal_data(PLAIN) == ()


def test_of_what_is_planted_in_prose_nearly_all_is_found_and_nothing_else() -> None:
    chosen = random.Random(7)  # noqa: S311  # the same places each time
    hits = extra = 0
    for number in range(500):
        kind, text, words = FOUND[number % len(FOUND)]
        lines = PLAIN.splitlines()
        lines.insert(chosen.randrange(len(lines)), text)
        found = find_personal_data("\n".join(lines))
        hits += (kind, words) in [(datum.kind, datum.signs) for datum in found]
        extra += len(found) - 1
    assert hits >= 490
    assert extra <= 0


def test_numbers_at_random_are_hardly_ever_taken_for_persons() -> None:
    chosen = random.Random(11)  # noqa: S311  # the same numbers each time
    text = "\n".join(str(chosen.randrange(10**9, 10**13)) for _ in range(1000))
    assert len(find_personal_data(text)) < 100


def test_the_place_is_told() -> None:
    (datum,) = personal_data(Inspected(texts=(Passage("", "first\nsecond a@b.example"),)), find_personal_data)
    assert datum.place == "line 2, sign 8"
    (datum,) = personal_data(Inspected(texts=(Passage("page 3", "a@b.example"),)), find_personal_data)
    assert (datum.kind, datum.place, datum.words) == ("e-mail address", "page 3", "a@b.example")


def test_properties_come_first_and_there_is_a_most() -> None:
    found = Inspected(
        texts=(Passage("page 1", "a@b.example " * 300), Passage("page 2", "c@d.example")),
        properties=(Passage("Author", "Somebody"),),
    )
    data = personal_data(found, find_personal_data)
    assert (data[0].kind, data[0].place, data[0].words) == (PROPERTY, "Author", "Somebody")
    assert len(data) == MOST_FOUND
    assert personal_data(Inspected(), find_personal_data) == ()


def test_no_more_places_are_counted_than_are_told() -> None:
    counted = []

    class Text(str):
        __slots__ = ()

        def count(self, *arguments: object) -> int:
            counted.append(arguments)
            return 0

    text = Text("a@b.example " * 500)
    assert len(personal_data(Inspected(texts=(Passage("", text),)), find_personal_data)) == MOST_FOUND
    assert len(counted) == MOST_FOUND


@pytest.mark.parametrize("name", [*_STRICT, *_NAMED])
def test_every_kind_of_number_is_known_to_the_library(name: str) -> None:
    assert not _module(name).is_valid("")


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("text", ["1 " * 200_000, "a." * 200_000, "+1(" * 100_000, "AB12 " * 80_000, "tel " * 100_000])
def test_hostile_texts_take_no_long_time(text: str) -> None:
    begun = time.monotonic()
    find_personal_data(text)
    assert time.monotonic() - begun < 20
