"""A page of an event stream is read as TREE and LDES say: where it leads, and of what its members are versions."""

import pytest

from registry.errors import SubmissionError
from registry.guard import Limits
from registry.loading import artefacts
from registry.peer_errors import HarvestRefused
from registry.peer_ports import StreamPage
from registry.stream_reading import MOST_RELATIONS, read_page
from tests.registry.streams import PATHS, STREAM, member, page

HERE = "https://north.example/stream"
SCOPE = ("https://example.org/id/city/",)
FEED = """
<https://w3id.org/hrcr/feed> tree:member :1 . <> a tree:Node ; ldes:immutable true .
:1 dct:isVersionOf <https://w3id.org/hrcr/graph/KIND/oderau> ; dct:modified "2026-01-01" ; a as:Create .
GRAPH :1 { CONTENT }
"""


def read(body: bytes, *, kind: str = "text/turtle", names: tuple[str, ...] = (HERE,), **paths: str) -> StreamPage:
    syntax, limits = artefacts().syntax, Limits()
    graphs = syntax.parse_graphs(body, kind, base=names[0], most_triples=10_000)
    return read_page(graphs, names, paths, SCOPE, syntax=syntax, limits=limits)


def test_a_page_tells_where_it_leads_what_its_paths_are_and_whether_it_is_settled() -> None:
    found = read(page(to=["?page=2", "?page=1#x"], paths=PATHS))
    assert found.following == (f"{HERE}?page=1", f"{HERE}?page=2")
    assert (found.is_settled, found.members) == (False, ())
    assert found.paths == {
        "timestampPath": "http://purl.org/dc/terms/modified",
        "versionOfPath": "http://purl.org/dc/terms/isVersionOf",
    }
    assert read(page(is_settled=True)).is_settled


def test_a_member_is_read_as_the_state_of_what_it_is_a_version_of() -> None:
    parts = "; hrc:reliesOn <https://example.org/versions/1#act> , city:other ; hrc:x [ hrc:y 1 ] "
    act = "<https://example.org/versions/1#act> a hrc:Declaration . city:other a hrc:City .\n"
    (one,) = read(page([member(1, "oderau", "Oderau", more=parts), act], paths=PATHS)).members
    assert (one.iri, one.of) == ("https://example.org/versions/1", "https://example.org/id/city/oderau")
    assert (one.at, one.is_gone, one.fault) == ("2026-01-01T00:00:00.000000+00:00", False, "")
    text = one.lines.decode()
    assert "<https://example.org/id/city/oderau#act> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" in text
    assert "def#y" in text
    assert "versions/1" not in text
    assert "isVersionOf" not in text
    assert "modified" not in text
    assert "city/other> <http" not in text


def test_the_same_said_otherwise_has_the_same_digest_and_any_change_another() -> None:
    one, same, other, later = (
        read(page([text], paths=PATHS)).members[0].digest
        for text in (
            member(1, "oderau", "Oderau", more="; hrc:x [ hrc:y 1 ] "),
            member(1, "oderau", "Oderau", more="; hrc:x _:b ") + "_:b hrc:y 1 .\n",
            member(1, "oderau", "Oderau", more="; hrc:x [ hrc:y 2 ] "),
            member(1, "oderau", "Oderau", day="2026-01-02", more="; hrc:x [ hrc:y 1 ] "),
        )
    )
    assert one == same
    assert len({one, other, later}) == 3


def test_what_is_gone_is_told_by_the_type_or_by_what_the_stream_says() -> None:
    assert read(page([member(1, "oderau")], paths=PATHS)).members[0].is_gone
    how = f"{PATHS} ; ldes:versionDeletePath hrc:kind ; ldes:versionDeleteObject hrc:Gone"
    assert not read(page([member(1, "oderau")], paths=how)).members[0].is_gone
    assert read(page([member(1, "oderau", "Oderau", more="; hrc:kind hrc:Gone ")], paths=how)).members[0].is_gone


def test_a_graph_of_a_registry_is_read_whole_and_only_of_the_kinds_that_are_taken() -> None:
    said = STREAM + FEED.replace("CONTENT", "city:oderau a hrc:City . city:oderau#x hrc:y 1 .".replace("#x", ""))
    (one,) = read(said.replace("KIND", "profile").encode(), kind="application/trig").members
    assert one.of == "https://w3id.org/hrcr/graph/profile/oderau"
    assert one.lines.count(b"\n") == 2
    (one,) = read(said.replace("KIND", "trust").encode(), kind="application/trig").members
    assert (one.lines, one.digest, one.fault) == (b"", "", "")
    nodes = STREAM + FEED.replace("CONTENT", "city:oderau hrc:y [ hrc:z 1 ] .").replace("KIND", "profile")
    assert "nodes without IRI" in read(nodes.encode(), kind="application/trig").members[0].fault


def test_what_a_member_says_in_its_own_graph_is_all_that_it_says() -> None:
    said = page([member(1, "oderau", "Beside")], paths=PATHS) + b"GRAPH :1 { :1 a hrc:City . :1 hrc:of :1 . }"
    (one,) = read(said, kind="application/trig").members
    city = b"<https://example.org/id/city/oderau>"
    assert one.lines.splitlines() == [
        city + b" <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/hrcr/def#City> .",
        city + b" <https://w3id.org/hrcr/def#of> " + city + b" .",
    ]


def test_what_nobody_hears_the_peer_on_is_kept_without_what_it_says() -> None:
    (one,) = read(page([member(1, "oderau", "Oderau").replace("city:", "hrc:")], paths=PATHS)).members
    assert (one.lines, one.digest, one.fault) == (b"", "", "")


def test_a_member_that_cannot_be_told_apart_from_itself_is_at_fault_and_stops_nothing() -> None:
    nodes = "".join(f"; hrc:x [ hrc:y {number} ] " for number in range(300))
    (first, second) = read(page([member(1, "oderau", "O", more=nodes), member(2, "ulm", "U")], paths=PATHS)).members
    assert "300 blank nodes" in first.fault
    assert second.lines


def test_without_paths_a_member_is_the_thing_itself_and_has_no_time() -> None:
    plain = "<https://example.org/s> tree:member city:oderau . city:oderau a hrc:City .\n"
    (one,) = read((STREAM + plain).encode()).members
    assert (one.iri, one.of, one.at) == (one.of, "https://example.org/id/city/oderau", "")


def test_the_address_of_a_stream_leads_to_its_view() -> None:
    said = f"<https://example.org/stream> a ldes:EventStream ; tree:view <{HERE}/1> ."
    assert read((STREAM + said).encode()).following == (f"{HERE}/1",)


def test_a_page_may_be_called_by_the_address_that_was_asked_or_by_the_one_that_answered() -> None:
    asked = "https://north.example/short"
    body = page(to=["?page=2"], here=asked)
    assert read(body, names=(HERE, asked)).following == (f"{HERE}?page=2",)
    with pytest.raises(HarvestRefused, match="speaks of other pages than itself"):
        read(body, names=(HERE,))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (STREAM + "city:oderau a hrc:City .", "is no page of an event stream"),
        (page(to=[f"?{n}" for n in range(MOST_RELATIONS + 1)]).decode(), "more than 500 other pages"),
        (STREAM + "<> tree:relation [ tree:node [] ] .", "a page without an address"),
        (page(paths="ldes:versionOfPath [ ] ").decode(), "otherwise than by one IRI"),
        (page(paths="ldes:timestampPath dct:modified , dct:issued").decode(), "otherwise than by one IRI"),
        (page([member(1, "a", "A", more="; dct:isVersionOf city:b ")], paths=PATHS).decode(), "has 2 values"),
        (page([member(1, "a", "A", day="2026-13-01")], paths=PATHS).decode(), "time of the member"),
        (page([member(1, "a", "A", day="0001-01-01T00:00:00+14:00")], paths=PATHS).decode(), "time of the member"),
    ],
)
def test_what_is_no_page_of_a_stream_is_told(body: str, words: str) -> None:
    with pytest.raises(HarvestRefused, match=words):
        read(body.encode())


def test_what_is_no_rdf_is_no_page() -> None:
    with pytest.raises(SubmissionError):
        read(b"{{{")
