"""The descriptor says nothing twice: what it adds are contact, key, standard and code lists."""

from datetime import date
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import BNode

from registry.artefacts import Artefacts
from registry.catalogue import release_iri
from registry.descriptor import CONTACT, DESCRIPTOR, KEY, descriptor
from registry.model import Release
from registry.namespaces import DCAT, DCT, OWL, SEC, SKOS, VCARD, VOID

RELEASE = Release("2026-06-30-1", date(2026, 6, 30), "1.0.0", "0.1.0", 2, Path())
SCHEME = URIRef("https://example.org/scheme")
PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"


def described(artefacts: Artefacts, *, contact: str = "", key: str = "") -> Graph:
    manifest, schemes, file = Graph(), Graph(), URIRef("https://example.org/file")
    manifest.add((release_iri(RELEASE.id), DCAT.distribution, file))
    manifest.add((release_iri(RELEASE.id), VOID.classPartition, URIRef("https://example.org/part")))
    manifest.add((file, DCAT.byteSize, Literal(1)))
    schemes.add((SCHEME, RDF.type, SKOS.ConceptScheme))
    schemes.add((SCHEME, DCT.title, Literal("Levels", lang="en")))
    return descriptor(RELEASE, manifest, schemes, artefacts.described.words, contact=contact, key=key)


def test_it_holds_the_files_of_the_release_without_the_counts(artefacts: Artefacts) -> None:
    graph = described(artefacts)
    assert (DESCRIPTOR, DCAT.dataset, release_iri(RELEASE.id)) in graph
    assert graph.value(URIRef("https://example.org/file"), DCAT.byteSize) == Literal(1)
    assert list(graph.objects(None, VOID.classPartition)) == []
    assert graph.value(graph.value(DESCRIPTOR, DCT.conformsTo), OWL.versionInfo) == Literal("1.0.0")
    assert graph.value(SCHEME, DCT.title) == Literal("Levels", lang="en")
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize(
    ("contact", "reached"),
    [("mailto:office@city.example", VCARD.hasEmail), ("https://city.example/contact", VCARD.hasURL)],
)
def test_a_contact_is_reached_by_mail_or_on_the_web(artefacts: Artefacts, contact: str, reached: URIRef) -> None:
    graph = described(artefacts, contact=contact)
    assert graph.value(DESCRIPTOR, DCAT.contactPoint) == CONTACT
    assert graph.value(CONTACT, reached) == URIRef(contact)


def test_a_key_belongs_to_the_publisher(artefacts: Artefacts) -> None:
    graph = described(artefacts, key=PEM)
    assert graph.value(KEY, SEC.publicKeyPem) == Literal(PEM)
    assert graph.value(KEY, SEC.owner) == graph.value(DESCRIPTOR, DCT.publisher)


def test_without_contact_and_key_nothing_is_said_of_them(artefacts: Artefacts) -> None:
    graph = described(artefacts)
    assert list(graph.objects(DESCRIPTOR, DCAT.contactPoint)) == []
    assert list(graph.objects(None, SEC.publicKeyPem)) == []
