"""Text is stored in one form, and nothing in it is hidden from its reader."""

import unicodedata
from collections.abc import Callable

import pytest
from rdflib import Literal

from registry.errors import NotAdmitted
from registry.intake import Submission
from registry.namespaces import SKOS

Reader = Callable[..., Submission]

HEAD = """@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://example.org/id/city/test> .
<> a hrc:City ; """

HIDDEN = (
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2028\u2029\u2060\u2061\u2062\u2063\u2064",
    *"\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\ufff9\ufffa\ufffb\ufffc\ufffd\ufffe\uffff\ufdd0",
    *"\x01\x07\x08\x0b\x0c\x0e\x1b\x1f\x7f\x80\x85\x9f\ue000\U000e0001\U000e0041\U000e0100\U0001fffe\U0010ffff",
)


def escaped(text: str) -> str:
    return "".join(f"\\U{ord(character):08X}" for character in text)


@pytest.mark.parametrize("character", HIDDEN, ids=lambda character: f"U+{ord(character):04X}")
@pytest.mark.parametrize("place", ["{}town", "to{}wn", "town{}"])
def test_a_hidden_character_is_refused_with_its_position(character: str, place: str, read: Reader) -> None:
    text = place.format(character)
    with pytest.raises(NotAdmitted) as caught:
        read(f'{HEAD} skos:prefLabel "{escaped(text)}"@en .'.encode())
    assert f"U+{ord(character):04X} (" in str(caught.value)
    assert f"at position {text.index(character) + 1}; remove it" in str(caught.value)


@pytest.mark.parametrize("character", HIDDEN, ids=lambda character: f"U+{ord(character):04X}")
def test_a_hidden_character_is_refused_in_an_address(character: str, read: Reader) -> None:
    if character.isspace() or unicodedata.category(character) in {"Cc", "Co", "Cn"} or character > "\uff00":
        address = "https://example.org/" + "".join(f"%{byte:02X}" for byte in character.encode())
    else:
        address = f"https://example.org/{character}x"
    with pytest.raises(NotAdmitted, match="an IRI contains"):
        read(f"{HEAD} hrc:contactPage <{address}> .".encode())


WRITTEN = {
    "fa": "نمی‌خواهم",
    "hi": "क्‍ष",
    "si": "ශ්‍රී",
    "ar": "حقوق الإنسان",
    "he": "זכויות אדם",
    "ko": "인권도시 광주",
    "ja": "人権都市",
    "el": "Ανθρώπινα δικαιώματα",
    "uk": "Права людини",
    "am": "ሰብአዊ መብቶች",
    "en": "Emoji 🏛️ and – “quotes” … €",
    "de": "Zeile\n\tnoch eine",
    "ca": "Barcelona, ciutat l·legal",
}


@pytest.mark.parametrize(("language", "text"), WRITTEN.items())
def test_every_script_is_written_as_it_should_be(language: str, text: str, read: Reader) -> None:
    graph = read(f'{HEAD} skos:prefLabel """{text}"""@{language} .'.encode()).graph
    assert list(graph.objects(None, SKOS.prefLabel)) == [Literal(text, lang=language)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Gra\u0308z", "Gräz"),
        ("\u1112\u1161\u11ab", "한"),
        ("A\u030a", "Å"),
        ("\u212b", "Å"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_text_is_kept_in_one_form(sent: str, kept: str, read: Reader) -> None:
    graph = read(f'{HEAD} skos:prefLabel "{escaped(sent)}"@de .'.encode()).graph
    assert list(graph.objects(None, SKOS.prefLabel)) == [Literal(kept, lang="de")]


HONEST = (
    "https://graz.at/",
    "https://www.menschenrechtsbeirat.graz.at/cms/beitrag/10388/?x=1&y=2#z",
    "https://münchen.example/",
    "https://xn--mnchen-3ya.example/",
    "https://광주.example/",
    "https://東京ひらカタabc.example/",
    "https://права.example/",
    "https://example.org:8443/a%20b",
    "https://192.0.2.7/x",
    "https://example.org/s%FCd",
    "https://example.org/права/people",
    "http://a_b.example-1.org/~x/(y)!*'",
)
FORGED = (
    "https://ex\u0430mple.org/",
    "https://\u0440aypal.example/",
    "https://g\u03bfv.example/",
    "https://goog\u04cfe.example/",
    "https://xn--exmple-4nf.org/",
    "https://example.\u0441om/",
    "https://\u13a1xample.org/",
    "https://ａbc.example/",
    "https://example.org@evil.example/",
    "https://a:b@evil.example/",
    "https:///nothing",
    "https://.example.org/",
    "https://example..org/",
    "https://exa%6Dple.org/",
    "https://[::1]/",
)


@pytest.mark.parametrize("address", HONEST)
def test_an_honest_address_is_kept_as_it_is(address: str, read: Reader) -> None:
    graph = read(f"{HEAD} hrc:contactPage <{address}> .".encode()).graph
    assert address in {str(term) for term in graph.objects()}


@pytest.mark.parametrize("address", FORGED)
def test_a_forged_address_is_refused(address: str, read: Reader) -> None:
    with pytest.raises(NotAdmitted, match=r"host|user|IRI"):
        read(f"{HEAD} hrc:contactPage <{address}> .".encode())


def test_the_suites_have_not_shrunk() -> None:
    assert (len(HIDDEN), len(WRITTEN), len(HONEST), len(FORGED)) == (64, 13, 12, 15)
