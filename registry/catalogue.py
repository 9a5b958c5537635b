"""A release and the catalogue described for machines: DCAT-AP 3, VoID and PROV, without a blank node; pure.

What is the same for every release and every kind of file stands in ``ontology/catalogue/``.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.model import Release, Solutions
from registry.namespaces import DCAT, DCT, FOAF, PROV, RDF, ROOT, SPDX, STANDARD, VOID, XSD
from registry.ports import ReleaseReader

CATALOGUE: Final = URIRef(ROOT + "catalogue")
ENDPOINT: Final = URIRef(ROOT + "sparql")
FEED: Final = URIRef(ROOT + "feed")
_SERIES: Final = URIRef(ROOT + "releases")
_PATTERN: Final = URIRef(ROOT + "release")
_DUMPS: Final = ("nq", "ttl", "jsonld")

Pairs = Iterator[tuple[URIRef, Node]]
Triples = Iterator[tuple[Node, URIRef, Node]]


def release_iri(identifier: str) -> URIRef:
    """Give the IRI of a release."""
    return URIRef(f"{_PATTERN}/{identifier}")


def citation(release: Release, words: Graph) -> str:
    """Give the sentence by which a release is cited; ``words`` are those of ``ontology/catalogue/``."""
    title = words.value(_PATTERN, DCT.title)
    return f"{title}: release {release.id}, {release.day.isoformat()}. {release_iri(release.id)}"


def manifest(
    release: Release,
    reader: ReleaseReader,
    files: Mapping[str, bytes],
    *,
    words: Graph,
    statistics: Mapping[str, str],
) -> Graph:
    """Describe one release: a dataset with its files and hashes, what it holds, and what it was made from.

    ``statistics`` are the queries that count (``totals``, ``classes``, ``properties``). Follows DCAT-AP 3.0.1, VoID and
    PROV-O. The same release gives the same graph.
    """
    graph, dataset = Graph(bind_namespaces="none"), release_iri(release.id)
    for predicate, value in (*_dataset(release, words), *_totals(reader, statistics["totals"])):
        graph.add((dataset, predicate, value))
    publisher = words.value(_PATTERN, DCT.publisher)
    for triple in (
        *words.triples((publisher, None, None)),
        *_partitions(dataset, reader, statistics),
        *_origin(dataset, release),
        *(triple for path, body in sorted(files.items()) for triple in _distribution(release, path, body, words)),
    ):
        graph.add(triple)
    return _with_types(graph, words)


def catalogue(current: Graph, releases: Sequence[Release], words: Graph) -> Graph:
    """Describe the catalogue: the series of releases, the current one in full, SPARQL endpoint and feed (DCAT-AP 3).

    ``current`` is the manifest of the current release, which is the last of ``releases``.
    """
    graph = Graph(bind_namespaces="none") + current
    for node in (CATALOGUE, _SERIES, ENDPOINT, FEED, words.value(_PATTERN, DCT.publisher)):
        graph += words.triples((node, None, None))
    for release in releases:
        dataset = release_iri(release.id)
        graph.add((CATALOGUE, DCAT.dataset, dataset))
        for predicate, value in _dataset(release, words):
            graph.add((dataset, predicate, value))
    for release in releases[-1:]:
        for service in (ENDPOINT, FEED):
            graph.add((service, DCAT.servesDataset, release_iri(release.id)))
        graph.add((release_iri(release.id), VOID.sparqlEndpoint, ENDPOINT))
    return _with_types(graph, words)


def _with_types(graph: Graph, words: Graph) -> Graph:
    """Say what each thing of others that is named is, so that whoever validates need fetch nothing."""
    for value in set(graph.objects()):
        if not str(value).startswith(str(_PATTERN)):
            graph += words.triples((value, None, None))
    return graph


def _dataset(release: Release, words: Graph) -> Pairs:
    for predicate, value in words.predicate_objects(_PATTERN):
        if predicate != DCT.title:
            yield URIRef(str(predicate)), value
    yield DCT.title, Literal(f"{words.value(_PATTERN, DCT.title)}, release {release.id}", lang="en")
    yield DCT.identifier, Literal(release.id)
    yield DCT.issued, Literal(release.day)
    yield DCT.modified, Literal(release.day)
    yield DCAT.version, Literal(release.id)
    yield DCT.bibliographicCitation, Literal(citation(release, words), lang="en")
    yield DCAT.landingPage, URIRef(f"{_SERIES}/{release.id}")
    yield VOID.sparqlEndpoint, URIRef(f"{_SERIES}/{release.id}/sparql")


def _rows(reader: ReleaseReader, query: str) -> list[dict[str, Node | None]]:
    found = reader.query(query)
    return found.records() if isinstance(found, Solutions) else []


def _totals(reader: ReleaseReader, query: str) -> Pairs:
    for row in _rows(reader, query):
        for name, count in row.items():
            yield VOID[name], Literal(str(count), datatype=XSD.integer)


def _partitions(dataset: URIRef, reader: ReleaseReader, statistics: Mapping[str, str]) -> Triples:
    for query, link, names, counts in (
        ("classes", VOID.classPartition, VOID["class"], VOID.entities),
        ("properties", VOID.propertyPartition, VOID.property, VOID.triples),
    ):
        for row in _rows(reader, statistics[query]):
            part = URIRef(f"{dataset}#{query}-{sha256(str(row['term']).encode()).hexdigest()[:16]}")
            yield dataset, link, part
            yield part, RDF.type, VOID.Dataset
            yield part, names, URIRef(str(row["term"]))
            yield part, counts, Literal(str(row["count"]), datatype=XSD.integer)


def _origin(dataset: URIRef, release: Release) -> Triples:
    activity, software = URIRef(f"{dataset}#publication"), URIRef(f"{dataset}#software")
    yield URIRef(f"{_SERIES}/{release.id}"), RDF.type, FOAF.Document
    yield dataset, PROV.wasGeneratedBy, activity
    yield activity, RDF.type, PROV.Activity
    yield activity, PROV.wasAssociatedWith, software
    yield activity, PROV.used, STANDARD[release.standard_version]
    for name in sorted(release.graphs):
        yield activity, PROV.used, URIRef(name)
    yield software, RDF.type, PROV.SoftwareAgent
    yield software, DCT.title, Literal(f"hrcr {release.software_version}", lang="en")


def _distribution(release: Release, path: str, body: bytes, words: Graph) -> Triples:
    ending, name = path.rpartition(".")[2], path.replace("/", "-")
    kind, dataset = URIRef(f"{_PATTERN}#{ending}"), release_iri(release.id)
    node, checksum = URIRef(f"{dataset}#{name}"), URIRef(f"{dataset}#{name}-checksum")
    address = URIRef(f"{_SERIES}/{release.id}/{path}")
    yield dataset, DCAT.distribution, node
    if ending in _DUMPS:
        yield dataset, VOID.dataDump, address
    for predicate, value in (
        (RDF.type, DCAT.Distribution),
        (DCT.title, Literal(f"{words.value(kind, DCT.title)}: {path}", lang="en")),
        (DCAT.mediaType, words.value(kind, DCAT.mediaType)),
        (DCT["format"], words.value(kind, DCT["format"])),
        (DCAT.accessURL, address),
        (DCAT.downloadURL, address),
        (DCAT.byteSize, Literal(str(len(body)), datatype=XSD.nonNegativeInteger)),
        (DCT.license, words.value(_PATTERN, DCT.license)),
        (DCT.issued, Literal(release.day)),
        (SPDX.checksum, checksum),
    ):
        if value is not None:
            yield node, predicate, value
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield checksum, SPDX.checksumValue, Literal(sha256(body).hexdigest(), datatype=XSD.hexBinary)
