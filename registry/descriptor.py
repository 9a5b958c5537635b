"""The registry described for other registries in one graph, as a register of registers wants it: DCAT and SKOS.

What there is to say stands in ``ontology/catalogue/`` and in the manifest of the release; nothing is said twice. Pure.
"""

from typing import Final

from rdflib import Graph, Literal, URIRef

from registry.catalogue import ENDPOINT, FEED, release_iri
from registry.model import Release
from registry.namespaces import DCAT, DCT, OWL, RDF, ROOT, SEC, SKOS, SPDX, STANDARD, VCARD, VOID

DESCRIPTOR: Final = URIRef(f"{ROOT}federation")
KEY: Final = URIRef(f"{DESCRIPTOR}#key")
CONTACT: Final = URIRef(f"{DESCRIPTOR}#contact")
_SIZES: Final = frozenset({VOID.classPartition, VOID.propertyPartition})


def descriptor(release: Release, manifest: Graph, schemes: Graph, words: Graph, *, contact: str, key: str) -> Graph:
    """Describe the registry: who publishes it, standard, licence, release with its files, services, key and code lists.

    ``schemes`` are the concept schemes with their titles, ``words`` those of ``ontology/catalogue/``; ``contact`` is an
    address, ``key`` the public key as PEM, each empty where there is none.
    """
    graph, dataset = Graph(bind_namespaces="none"), release_iri(release.id)
    publisher = words.value(DESCRIPTOR, DCT.publisher)
    for node in (DESCRIPTOR, ENDPOINT, FEED, publisher):
        graph += words.triples((node, None, None))
    for predicate, value in manifest.predicate_objects(dataset):
        if predicate not in _SIZES:
            graph.add((dataset, predicate, value))
    for file in manifest.objects(dataset, DCAT.distribution):
        for node in (file, *manifest.objects(file, SPDX.checksum)):
            graph += manifest.triples((node, None, None))
    graph.add((DESCRIPTOR, DCAT.dataset, dataset))
    graph.add((DESCRIPTOR, DCT.modified, Literal(release.day)))
    graph.add((DESCRIPTOR, DCT.conformsTo, STANDARD[release.standard_version]))
    graph.add((STANDARD[release.standard_version], OWL.versionInfo, Literal(release.standard_version)))
    for scheme in schemes.subjects(RDF.type, SKOS.ConceptScheme):
        graph += schemes.triples((scheme, None, None))
        graph.add((DESCRIPTOR, DCT.hasPart, scheme))
    if contact:
        reached = VCARD.hasEmail if contact.startswith("mailto:") else VCARD.hasURL
        graph.add((DESCRIPTOR, DCAT.contactPoint, CONTACT))
        graph.add((CONTACT, RDF.type, VCARD.Kind))
        graph.add((CONTACT, reached, URIRef(contact)))
    if key:
        graph.add((publisher or DESCRIPTOR, SEC.publicKey, KEY))
        graph.add((KEY, RDF.type, SEC.Key))
        graph.add((KEY, SEC.owner, publisher or DESCRIPTOR))
        graph.add((KEY, SEC.publicKeyPem, Literal(key)))
    return graph
