"""The dossier of a decided case: for everybody, never before, with all that is public and nothing that is not."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Literal, URIRef

from registry.model import Outcome
from registry.namespaces import DCT, HRC, PROV, RDF, SCHEMA, STANDARD
from tests.registry.playing import DECIDER, STEWARD, artefacts, judged
from tests.server.cases import FILE, OFFICER, PAGE, REQUIREMENTS, Desk, desk_of
from tests.server.conftest import Page

pytestmark = pytest.mark.slow

RELEASED, HELD = "Nobody was asked in the northern quarter.", "What nobody shall read."


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        made.called()
        for reason in (RELEASED, HELD):
            assert made.say(reason).status_code == 201
        made.do("release-concern", STEWARD, concern=1, hashes={})
        made.do("answer-concern", OFFICER, concern=1, hashes={"text": made.texts.keep("We asked by letter.").digest})
        made.do("set-aside-concern", STEWARD, concern=2, reason="Abuse", hashes={})
        yield made.heard()


def address(desk: Desk) -> str:
    return f"/cases/{desk.slug}/dossier"


def test_before_the_decision_there_is_none_and_after_a_refusal_there_is(desk: Desk) -> None:
    before = desk.client.get(address(desk), headers=PAGE)
    nowhere = desk.client.get("/cases/nowhere-1/dossier", headers=PAGE)
    assert (before.status_code, before.text) == (404, nowhere.text)
    desk.do("refuse", DECIDER, reason="The plan has no budget.")
    page = Page(desk.client.get(address(desk), headers=PAGE).text)
    for words in ("Municipality of Karthold", "Refuse", "The plan has no budget.", "Nobody dissented"):
        assert words in page.text


def test_it_shows_what_was_found_said_answered_and_decided(desk: Desk) -> None:
    desk.accredited()
    response = desk.client.get(address(desk), headers=PAGE)
    page = Page(response.text)
    assert response.headers["Cache-Control"] == "no-cache"
    for words in (
        "Committed",
        "Reviewer 1",
        "Reviewer 2",
        RELEASED,
        "We asked by letter.",
        "Abuse (1)",
        "We thank the reviewers.",
        "rule file-findings",
        "It is there.",
        "not tested",
        "Two findings are waited for.",
    ):
        assert words in page.text, words
    assert "The case can still be appealed" in page.text
    assert len([row for row in page.all("th") if row.get("scope") == "row"]) == len(REQUIREMENTS)
    assert "The text is not kept here any more" not in page.text
    assert "#contribution-1" in page.addresses
    ids = [str(attributes["id"]) for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_nothing_held_back_and_no_account_is_in_any_form(desk: Desk) -> None:
    desk.accredited()
    accounts = {act.account for act in desk.case.acts if act.account}
    assert len(accounts) >= 5
    held = [act for act in desk.case.acts if act.kind == "concern-filed"][1].hashes["text"]
    for form in ("text/html", "text/turtle", "application/ld+json", "application/n-quads", "application/rdf+xml"):
        body = desk.client.get(address(desk), headers={"Accept": form}).text
        assert HELD not in body
        assert held not in body
        assert not [account for account in accounts if account in body], form


def test_every_form_of_rdf_says_the_same(desk: Desk) -> None:
    desk.accredited()
    forms = {
        "text/turtle": RdfFormat.TURTLE,
        "application/ld+json": RdfFormat.JSON_LD,
        "application/n-triples": RdfFormat.N_TRIPLES,
        "application/n-quads": RdfFormat.N_QUADS,
    }
    told = []
    for form, syntax in forms.items():
        response = desk.client.get(address(desk), headers={"Accept": form})
        assert response.mimetype == form
        assert 'rel="cite-as"' in response.headers["Link"]
        told.append({quad.triple for quad in parse(response.data, format=syntax)})
    assert told[0] == told[1] == told[2] == told[3]
    turtle = desk.client.get(address(desk), headers={"Accept": "text/turtle"}).text
    found = Graph().parse(data=turtle, format="turtle")
    node = URIRef("https://w3id.org/hrcr/id/case/karthold-1")
    assert (node, RDF.type, HRC.Case) in found
    assert RELEASED in {str(text) for text in found.objects(None, SCHEMA.text)}
    assert desk.client.get(address(desk), headers={"Accept": "image/png"}).status_code == 406


def test_documents_are_given_by_their_hash_and_no_others(desk: Desk) -> None:
    desk.accredited()
    (submission,) = {act.hashes["submission"] for act in desk.case.acts if act.kind == "submission-received"}
    response = desk.client.get(f"/cases/{desk.slug}/documents/{submission}")
    assert (response.status_code, response.data) == (200, FILE.read_bytes())
    assert response.mimetype == "text/turtle"
    replied = next(act.hashes["text"] for act in desk.case.acts if act.rule == "reply")
    for other in (replied, "0" * 64, "x"):
        assert desk.client.get(f"/cases/{desk.slug}/documents/{other}").status_code == 404
    other = desk.documents.keep(b"of nobody")
    assert desk.client.get(f"/cases/{desk.slug}/documents/{other}").status_code == 404


def test_a_closed_case_names_the_command_that_checks_it(desk: Desk) -> None:
    desk.accredited()
    desk.wait(31)
    page = Page(desk.client.get(address(desk), headers=PAGE).text)
    assert "hrcr verify karthold-1.jsonl --keys KEYS" in page.text
    (export,) = {href for href in page.addresses if href.endswith("/export")}
    assert desk.client.get(export.removeprefix("http://localhost")).status_code == 200


def test_dissent_is_shown(desk: Desk) -> None:
    desk.do("refuse", DECIDER, judgements=judged(REQUIREMENTS[:1], Outcome.FAILED))
    page = Page(desk.client.get(address(desk), headers=PAGE).text)
    assert "There was dissent on 1 requirement, marked below" in page.text


def test_the_iri_of_a_decided_case_leads_to_its_dossier_before_any_release_tells_of_it(desk: Desk) -> None:
    for path in ("/id/case/karthold-1", "/doc/case/karthold-1", "/id/case/nowhere-1"):
        assert desk.client.get(path, headers=PAGE).status_code == 404
    desk.accredited()
    reached = desk.client.get("/id/case/karthold-1", headers=PAGE, follow_redirects=True)
    assert (reached.status_code, reached.request.path) == (200, address(desk))
    assert desk.client.get("/doc/case/nowhere-1", headers=PAGE).status_code == 404


@pytest.mark.parametrize("is_outdated", [False, True])
def test_it_says_by_which_rules_the_machine_judged_and_whether_these_have_changed(
    app: Flask, tmp_path: Path, *, is_outdated: bool
) -> None:
    rules = artefacts().hashes
    report = _report({**rules, "shapes": "0" * 64} if is_outdated else rules)
    with desk_of(app, tmp_path) as desk:
        desk.called(report).heard().accredited()
        text = Page(desk.client.get(address(desk), headers=PAGE).text).text
    assert "The machine judged as of 2027-01-04 by version 1.2.3 of the standard, with pySHACL 0.1." in text
    assert ("The rules have changed since" in text) is is_outdated


def _report(hashes: Mapping[str, str]) -> bytes:
    """A report that states its rules and no outcome."""
    graph, node = Graph(), URIRef("https://example.org/id/assessment/1")
    graph.add((node, RDF.type, HRC.Assessment))
    graph.add((node, HRC.referenceDate, Literal(date(2027, 1, 4))))
    graph.add((node, HRC.engine, Literal("pySHACL 0.1")))
    graph.add((node, PROV.hadPlan, STANDARD["1.2.3"]))
    for name, digest in hashes.items():
        part = URIRef(f"{node}#{name}")
        graph.add((node, HRC.partHash, part))
        graph.add((part, DCT.title, Literal(name)))
        graph.add((part, HRC.sha256, Literal(digest)))
    return graph.serialize(format="nt").encode()
