"""RDF/XML, DTDs and other markup are refused unread, by name, by declaration and by their first bytes."""

import time
from collections.abc import Callable

import pytest

from registry.errors import SubmissionError, UnsupportedFormat
from registry.intake import Submission, media_type_of

Reader = Callable[..., Submission]

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'


def laughs(depth: int) -> str:
    entities = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, depth + 1))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>{RDF}&e{depth};</rdf:RDF>'


PAYLOADS: tuple[str | bytes, ...] = (
    *(laughs(depth) for depth in range(1, 10)),
    f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>{RDF}&e;</rdf:RDF>',
    f'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>{RDF}&e;</rdf:RDF>',
    f'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{RDF}</rdf:RDF>',
    f'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>{RDF}</rdf:RDF>',
    f"<!doctype x []>{RDF}</rdf:RDF>",
    f"\n\n   <!DOCTYPE x []>{RDF}</rdf:RDF>",
    f'\ufeff<?xml version="1.0" encoding="UTF-8"?>{RDF}</rdf:RDF>',
    f"<!-- a comment first -->{RDF}</rdf:RDF>",
    '<!ENTITY e "x">',
    f'<?xml-stylesheet href="x"?>{RDF}</rdf:RDF>',
    f"{RDF}</rdf:RDF>",
    '<rdf:RDF\nxmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    '<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    '<r:RDF xml:base="https://example.org/" xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    "<!DOCTYPE html><html><script>alert(1)</script></html>",
    '<html lang="en"></html>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16"),
    '<?xml version="1.0"?><x/>'.encode("utf-16-be"),
    '<?xml version="1.0"?><x/>'.encode("utf-32-le"),
)


@pytest.mark.parametrize("name", ["city.ttl", "city.nt", "city.jsonld", "city.trig", "city", "city.txt"])
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_markup_under_another_name_is_refused_at_once(payload: str | bytes, name: str, read: Reader) -> None:
    raw = payload if isinstance(payload, bytes) else payload.encode()
    start = time.process_time()
    with pytest.raises(SubmissionError, match=r"RDF/XML and other XML or HTML are not accepted|not UTF-8|NUL"):
        read(raw, name)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("name", ["c.rdf", "c.owl", "c.xml", "c.RDF", "c.html", "c.xhtml"])
def test_a_name_that_means_markup_is_refused(name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"^RDF/XML and other XML or HTML are not accepted; send Turtle"):
        media_type_of(name, None, b"")


@pytest.mark.parametrize(
    "declared",
    ["application/rdf+xml", "application/xml", "text/xml", "text/html", "application/xhtml+xml", "image/svg+xml; q=1"],
)
def test_a_declaration_that_means_markup_is_refused(declared: str) -> None:
    with pytest.raises(UnsupportedFormat):
        media_type_of("city.ttl", declared, b"")


def test_a_turtle_file_that_begins_with_an_address_is_no_markup(read: Reader) -> None:
    raw = b"<https://example.org/id/city/test> a <https://w3id.org/hrcr/def#City> ."
    assert len(read(raw).graph) == 1


def test_the_list_of_payloads_has_not_shrunk() -> None:
    assert len(PAYLOADS) == 29
