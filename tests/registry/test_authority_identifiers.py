"""Identifiers of authorities in one form, and what is none."""

import pytest

from registry.authority_identifiers import authority

KNOWN = {
    "Q13298": "wikidata:Q13298",
    " Q13298 ": "wikidata:Q13298",
    "http://www.wikidata.org/entity/Q13298": "wikidata:Q13298",
    "https://www.wikidata.org/wiki/Q13298": "wikidata:Q13298",
    "https://m.wikidata.org/wiki/Q13298#sitelinks": "wikidata:Q13298",
    "https://www.wikidata.org/wiki/Special:EntityData/Q13298.ttl": "wikidata:Q13298",
    "https://sws.geonames.org/2778067/": "geonames:2778067",
    "https://www.geonames.org/2778067/graz.html": "geonames:2778067",
    "http://geonames.org/2778067": "geonames:2778067",
}
OTHERS = (
    "",
    "2778067",
    "Q0",
    "q13298",
    "Q13298x",
    "Graz",
    "https://www.wikidata.org/wiki/Property:P31",
    "https://wikidata.org.example.org/entity/Q13298",
    "https://example.org/?https://sws.geonames.org/2778067/",
    "https://evilgeonames.org/2778067/",
)


@pytest.mark.parametrize("text", KNOWN)
def test_one_place_has_one_identifier_however_it_is_written(text: str) -> None:
    assert authority(text) == KNOWN[text]


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_else_is_one(text: str) -> None:
    assert authority(text) == ""
