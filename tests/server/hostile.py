"""Texts that try to become markup or script, and addresses that try to be clicked."""

import re

from rdflib import Graph, Literal, URIRef

from registry.namespaces import DCAT, DCT, FOAF, HRC, RDF, REG, ROOT, SKOS, VOCAB, XSD

SEEDS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script\x0btype=module>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=`x`onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>click</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>click</a>",
    "<form action=javascript:alert(1)><button>go</button></form>",
    "<button formaction=javascript:alert(1)>go</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext>",
    "<!--<img src=--><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php alert(1) ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "{{7*7}}{% for x in y %}{{config}}{% endfor %}",
    "${alert(1)}#{alert(1)}",
    "onmouseover=alert(1) x=",
    "' onmouseover='alert(1)",
    '" onmouseover="alert(1)',
    "` onmouseover=`alert(1)",
    "javascript:alert(1)",
    "\u202ejavascript:alert(1)\u202c",
    "＜script＞alert(1)＜/script＞",
    "<scr\u0000ipt>alert(1)</scr\u0000ipt>".replace("\u0000", "\ufffd"),
    "<div style='position:fixed;inset:0' onclick=alert(1)>",
)
WRAPPINGS = ("{}", '">{}', "'>{}", "</title></textarea></pre></code>{}", "-->{}", "]]>*/{}")
TEXTS = tuple(wrapping.replace("{}", seed) for seed in SEEDS for wrapping in WRAPPINGS)

SCHEMES = (
    ("http://example.org/", True),
    ("https://example.org/a?b=c&d=e#f", True),
    ("HTTPS://EXAMPLE.ORG/", True),
    ("https://münchen.example/straße", True),
    ("https://example.org:8443/", True),
    ("javascript:alert(1)", False),
    ("JaVaScRiPt:alert(1)", False),
    ("javascript://example.org/%0aalert(1)", False),
    ("java%73cript:alert(1)", False),
    ("java\tscript:alert(1)", False),
    (" javascript:alert(1)", False),
    ("\x01javascript:alert(1)", False),
    ("data:text/html,<script>alert(1)</script>", False),
    ("data:text/html;base64,PHNjcmlwdD4=", False),
    ("vbscript:msgbox(1)", False),
    ("file:///etc/passwd", False),
    ("ftp://example.org/", False),
    ("mailto:a@example.org", False),
    ("tel:+123", False),
    ("sms:+123", False),
    ("blob:https://example.org/1", False),
    ("filesystem:https://example.org/1", False),
    ("view-source:https://example.org/", False),
    ("about:blank", False),
    ("chrome://settings", False),
    ("ws://example.org/", False),
    ("wss://example.org/", False),
    ("gopher://example.org/", False),
    ("urn:isbn:1", False),
    ("intent://example.org/#Intent;end", False),
    ("//example.org/", False),
    ("/relative", False),
    ("example.org", False),
    ("http:", False),
    ("http://", False),
    ("http:///path", False),
    ("http:example.org", False),
    ("https://user:secret@example.org/", False),
    ("https://example.org/\u202egpj.exe", False),
    ('https://example.org/"onmouseover="alert(1)', False),
)

CITY = URIRef(ROOT + "id/city/hostile-000")


def hostile() -> dict[str, Graph]:
    """Give graphs in which every kind of text is hostile: 300 cities, networks, instruments, facts and sources."""
    return {"profile/hostile": _profile(), "reference/networks": _networks(), "vocabulary/instruments": _instruments()}


def _profile() -> Graph:
    graph = Graph()
    for number, text in enumerate(TEXTS):
        city = URIRef(f"{ROOT}id/city/hostile-{number:03}")
        graph.add((city, RDF.type, HRC.City))
        graph.add((city, SKOS.prefLabel, Literal(text, lang="en")))
        graph.add((city, HRC.country, VOCAB["countries/AT"]))
        practice, source, press = (URIRef(f"{CITY}#{kind}-{number}") for kind in ("practice", "source", "press"))
        for subject, predicate, value in (
            (CITY, HRC.practice, practice),
            (CITY, HRC.competenceDeparture, Literal(text, lang="de")),
            (practice, RDF.type, HRC.Practice),
            (practice, DCT.title, Literal(text, lang="en")),
            (practice, DCT.description, Literal(text)),
            (practice, SKOS.editorialNote, Literal(text, lang="en")),
            (practice, HRC.supportedBy, source),
            (practice, HRC.network, URIRef(f"{ROOT}id/network/hostile-{number:03}")),
            (source, RDF.type, HRC.Evidence),
            (source, DCT.title, Literal(text, lang="en")),
            (source, DCT.publisher, press),
            (source, HRC.dateWording, Literal(text, lang="en")),
            (press, SKOS.prefLabel, Literal(text, lang="en")),
        ):
            graph.add((subject, predicate, value))
    for number, (address, _) in enumerate(SCHEMES):
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\"<>\x00-\x20\u202e]*", address) and address != "http:///path":
            graph.add((CITY, HRC.contactPage, URIRef(address)))
            graph.add((CITY, FOAF.page, Literal(address, datatype=XSD.anyURI)))
            graph.add((URIRef(f"{CITY}#source-{number}"), DCAT.accessURL, URIRef(address)))
    record = URIRef(f"{CITY}#record")
    graph.add((record, RDF.type, REG.RegisterItem))
    graph.add((record, HRC.recordOf, CITY))
    graph.add((record, HRC.compiledOn, Literal(TEXTS[0])))
    graph.add((record, HRC.compiledFrom, Literal(TEXTS[1], lang="en")))
    return graph


def _networks() -> Graph:
    graph = Graph()
    for number, text in enumerate(TEXTS):
        network = URIRef(f"{ROOT}id/network/hostile-{number:03}")
        graph.add((network, RDF.type, HRC.Network))
        graph.add((network, SKOS.prefLabel, Literal(text, lang="en")))
    return graph


def _instruments() -> Graph:
    graph = Graph()
    for number, text in enumerate(TEXTS):
        instrument = URIRef(f"{VOCAB}instruments/hostile-{number:03}")
        graph.add((instrument, RDF.type, SKOS.Concept))
        graph.add((instrument, SKOS.inScheme, URIRef(f"{VOCAB}instruments")))
        graph.add((instrument, SKOS.prefLabel, Literal(text, lang="en")))
        graph.add((instrument, SKOS.definition, Literal(text, lang="en")))
        graph.add((instrument, SKOS.notation, Literal(text)))
    return graph
