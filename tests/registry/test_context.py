"""The JSON-LD context made from a profile."""

import pytest
from rdflib import Graph

from registry.context import context_of
from registry.namespaces import PREFIXES

SMALL = """
    hrcsh:CityProfile a sh:NodeShape ; sh:targetClass hrc:City ; sh:property hrcsh:a , hrcsh:b , hrcsh:c , hrcsh:d .
    hrcsh:a sh:path dct:title ; sh:datatype rdf:langString .
    hrcsh:b sh:path hrc:reliesOn ; sh:class hrc:Declaration .
    hrcsh:c sh:path dct:issued ; sh:datatype xsd:date .
    hrcsh:d sh:path hrc:unit ; sh:datatype xsd:string .
    hrcsh:SubmissionProfile a sh:NodeShape ; sh:targetClass hrc:Submission .
"""


def test_each_kind_of_field_has_its_own_reading() -> None:
    assert context_of(_profile(SMALL)) == {
        "@context": {
            "@version": 1.1,
            "id": "@id",
            "type": "@type",
            "dct": "http://purl.org/dc/terms/",
            "hrc": "https://w3id.org/hrcr/def#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "City": "hrc:City",
            "issued": {"@id": "dct:issued", "@type": "xsd:date"},
            "reliesOn": {"@id": "hrc:reliesOn", "@type": "@id"},
            "title": {"@id": "dct:title", "@container": "@language"},
            "unit": {"@id": "hrc:unit"},
        }
    }


def test_two_readings_of_one_property_are_refused() -> None:
    with pytest.raises(ValueError, match="The name title would have two meanings"):
        context_of(
            _profile(
                SMALL + "hrcsh:CityProfile sh:property hrcsh:e . hrcsh:e sh:path dct:title ; sh:datatype xsd:date ."
            )
        )


def test_a_term_without_known_prefix_is_refused() -> None:
    with pytest.raises(ValueError, match=r"No prefix is known for https://example\.org/x"):
        context_of(
            _profile(SMALL + "hrcsh:CityProfile sh:property hrcsh:e . hrcsh:e sh:path <https://example.org/x> .")
        )


def _profile(turtle: str) -> Graph:
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return Graph().parse(data=prefixes + turtle, format="turtle")
