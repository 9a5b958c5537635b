"""No statement reaches a graph of the sender's choice; the default graph of the same syntaxes is read."""

import json
from collections.abc import Callable

import pytest

from registry.errors import UnreadableSubmission
from registry.intake import Submission

Reader = Callable[..., Submission]

CITY = "https://example.org/id/city/test"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
CLASS = "https://w3id.org/hrcr/def#City"
TARGETS = (
    "https://w3id.org/hrcr/graph/decisions",
    "https://w3id.org/hrcr/graph/city/graz",
    "https://w3id.org/hrcr/standard/1.0.0",
    CITY,
    "_:g",
)


def shown(target: str) -> str:
    return target if target.startswith("_:") else f"<{target}>"


def trig(target: str) -> bytes:
    return f"{shown(target)} {{ <{CITY}> a <{CLASS}> }}".encode()


def trig_after_default(target: str) -> bytes:
    return f"<{CITY}> a <{CLASS}> . GRAPH {shown(target)} {{ <{CITY}> a <{CLASS}> }}".encode()


def n_quads(target: str) -> bytes:
    return f"<{CITY}> <{TYPE}> <{CLASS}> .\n<{CITY}> <{TYPE}> <{CLASS}> {shown(target)} .\n".encode()


def json_ld(target: str) -> bytes:
    return json.dumps({"@id": target, "@graph": [{"@id": CITY, "@type": CLASS}]}).encode()


def json_ld_property(target: str) -> bytes:
    return json.dumps({"@id": target, TYPE: "x", "@graph": {"@id": CITY, "@type": CLASS}}).encode()


MAKERS: dict[Callable[[str], bytes], str] = {
    trig: "c.trig",
    trig_after_default: "c.trig",
    n_quads: "c.nq",
    json_ld: "c.jsonld",
    json_ld_property: "c.jsonld",
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("make", "name"), MAKERS.items())
def test_a_named_graph_is_refused(make: Callable[[str], bytes], name: str, target: str, read: Reader) -> None:
    with pytest.raises(UnreadableSubmission, match=r"^The file puts statements into a named graph;"):
        read(make(target), name)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (f"{{ <{CITY}> a <{CLASS}> }}", "c.trig"),
        (f"<{CITY}> a <{CLASS}> .", "c.trig"),
        (f"<{CITY}> <{TYPE}> <{CLASS}> .", "c.nq"),
        (f"<{CITY}> <{TYPE}> <{CLASS}> .", "c.nt"),
        (json.dumps({"@graph": [{"@id": CITY, "@type": CLASS}]}), "c.jsonld"),
    ],
)
def test_the_default_graph_is_read(raw: str, name: str, read: Reader) -> None:
    assert [tuple(map(str, triple)) for triple in read(raw.encode(), name).graph] == [(CITY, TYPE, CLASS)]


def test_the_lists_have_not_shrunk() -> None:
    assert len(MAKERS) * len(TARGETS) == 25
