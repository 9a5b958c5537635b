"""The lexical guard: what it refuses, where, and what it lets through."""

import contextlib
import time
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest

from registry.errors import QueryError, QueryLimitPassed
from registry.loading import questions
from registry.queries import MOST_CHARACTERS, Limits, QueryForm, examine_query

VALID = (Path(__file__).parent / "valid-queries.txt").read_text(encoding="utf-8").split("\n----\n")
PAGES = Path(__file__).parents[2] / "server" / "queries"

SERVICE_SPELLINGS = (
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE#c\n<http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }",
    "SELECT * { VALUES ?e { <http://127.0.0.1:9/> } SERVICE ?e { ?s ?p ?o } }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }",
    "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p '''a''' SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'it\\'s' .SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { # '''\n SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } # '''\n }",
    "SELECT * { # '''\r SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } # '''\r }",
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    'SELECT * { FILTER(?a <"> SERVICE <http://127.0.0.1:9/> {} #") SERVICE <http://127.0.0.1:9/> {} }',
    "SELECT * { FILTER(1<2#>'\n) SERVICE <http://127.0.0.1:9/> {} #'\n}",
    "SELECT * { FILTER(true<(?a<?b#>'''\n)) SERVICE <http://127.0.0.1:9/> {} #'''\n}",
    "SELECT (1<2#>'\n AS ?x) { SERVICE <http://127.0.0.1:9/> {} #'\n}",
    "SELECT * { FILTER(?a<<http://example.org/#b>) SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { BIND(<<( ?a <http://example.org/#b> ?c )>> AS ?d) SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?a <http://example.org/#b> (1 <http://example.org/#b>) SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { VALUES (?a ?b) { (1 <http://example.org/#b>) } SERVICE <http://127.0.0.1:9/> {} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p e:.SERVICE <http://127.0.0.1:9/> {} }",
    "CONSTRUCT { ?a ?b (1 <http://example.org/#b>) } { SERVICE <http://127.0.0.1:9/> {} }",
)
INNOCENT = (
    ("SELECT ?service WHERE { ?service a ?load }", QueryForm.SELECT),
    ("PREFIX SERVICE: <http://example.org/> ASK { ?s SERVICE:SERVICE ?o }", QueryForm.ASK),
    ("ASK { ?s ?p 'SERVICE <http://example.org/>' }", QueryForm.ASK),
    ('ASK { ?s ?p """LOAD\n"SERVICE" """ }', QueryForm.ASK),
    ("ASK { <http://example.org/#SERVICE> ?p ?o } # SERVICE", QueryForm.ASK),
    ("# INSERT\nDESCRIBE <http://example.org/a>", QueryForm.DESCRIBE),
    ("BASE <http://example.org/> construct where { ?s ?p ?o }", QueryForm.CONSTRUCT),
    ("SELECT * { ?s ?p 'x'@service }", QueryForm.SELECT),
    ("SELECT * { ?s <http://example.org/insert> _:LOAD . FILTER(?a<?b && ?b>?c) }", QueryForm.SELECT),
    ("SELECT * { ?s ex:a\\-b%20LOAD.SERVICE ?o }", QueryForm.SELECT),
    ("SELECT (COUNT(*) AS ?n) { VALUES (?a ?b) { (1 UNDEF) ('LOAD' 2) } }", QueryForm.SELECT),
    ("\ufeffASK {}", QueryForm.ASK),
    (
        "PREFIX service: <a:> SELECT * { GRAPH service:filter { ?s service:values [ service:union ?o ] } }",
        QueryForm.SELECT,
    ),
    ("PREFIX filter: <a:> DESCRIBE filter:a filter:b { ?s filter:c filter:d }", QueryForm.DESCRIBE),
)
UPDATES = (
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "DELETE DATA { <a:a> <a:a> <a:a> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "WITH <a:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:9/>",
    "LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH <a:a>",
    "CLEAR ALL",
    "CREATE GRAPH <a:a>",
    "DROP ALL",
    "COPY DEFAULT TO <a:a>",
    "MOVE DEFAULT TO <a:a>",
    "PREFIX a: <a:> ADD DEFAULT TO a:a",
)


def nested(before: str, opening: str, middle: str, closing: str, after: str, size: int) -> str:
    """Nest as deep as the size says."""
    return before + opening * size + middle + closing * size + after


BOMBS = {
    "abs": lambda n: nested("SELECT * {FILTER(", "abs(", "1", ")", ")}", n),
    "groups": lambda n: nested("SELECT * ", "{", "", "}", "", n),
    "sub-selects": lambda n: nested("SELECT * ", "{SELECT * ", "{}", "}", "", n),
    "optionals": lambda n: "SELECT * {" + "OPTIONAL{}" * n + "}",
    "unions": lambda n: "SELECT * {{}" + "UNION{}" * n + "}",
    "parentheses": lambda n: nested("SELECT ((", "(", "1", ")", ") AS ?x) {}", n),
    "sums": lambda n: "SELECT ((1" + "+1" * n + ") AS ?x) {}",
    "negations": lambda n: "SELECT * {FILTER(" + "!" * n + "1)}",
    "collections": lambda n: nested("SELECT * {?a ?b ", "(", "1", ")", "}", n),
    "blank nodes": lambda n: nested("SELECT * {?a ?b ", "[?a ", "1", "]", "}", n),
    "existences": lambda n: nested("SELECT * ", "{FILTER EXISTS ", "{}", "}", "", n),
    "paths": lambda n: "SELECT * {?a <a:a>" + "/<a:a>" * n + " ?b}",
    "patterns": lambda n: "SELECT * {" + "?a ?b ?c." * n + "}",
    "conditionals": lambda n: nested("SELECT * {FILTER(", "IF(1,1,", "1", ")", ")}", n),
    "members": lambda n: "SELECT * {?a ?b (" + "1 " * n + ")}",
    "orders": lambda n: "SELECT * {} ORDER BY " + "(1)" * n,
    "descriptions": lambda n: "DESCRIBE " + "<a:a>" * n,
    "rows": lambda n: "SELECT * {VALUES ?a {" + "1 " * n + "}}",
    "compared calls": lambda n: nested("SELECT * {FILTER(1<", "abs(", "1", ")", ">2)}", n),
    "compared sums": lambda n: "SELECT * {FILTER(1<1" + "+1" * n + ">2)}",
    "objects": lambda n: "SELECT * {?a ?b 1" + ",1" * n + "}",
    "predicates": lambda n: "SELECT * {?a ?b 1" + ";?b 1" * n + "}",
    "groups in a row": lambda n: "SELECT * {" + "{?a ?b ?c}" * n + "}",
    "blank subjects": lambda n: "SELECT * {" + "[?a ?b]." * n + "}",
    "graphs": lambda n: "SELECT * {" + "GRAPH ?g{?a ?b ?c}" * n + "}",
    "filtered patterns": lambda n: "SELECT * {" + "?a ?b ?c FILTER(1)" * n + "}",
    "alternatives": lambda n: "SELECT * {?a (<a:a>" + "|<a:a>" * n + ") ?b}",
    "paired unions": lambda n: "SELECT * {" + "{{}UNION{}}" * n + "}",
    "disjunctions": lambda n: "SELECT * {FILTER(?a" + "||?a" * n + ")}",
    "quoted triples": lambda n: nested("SELECT * {", "<<", "?a ?b ?c", ">>?b ?c", "}", n),
    "minuses": lambda n: "SELECT * {?a ?b ?c " + "MINUS{?a ?b ?c}" * n + "}",
    "filled optionals": lambda n: "SELECT * {" + "OPTIONAL{?a ?b ?c}" * n + "}",
    "sub-selects in a row": lambda n: "SELECT * {" + "{SELECT * {}}" * n + "}",
}
SIZES = (600, 1_000, 2_500, 5_000, 10_000, 30_000, 100_000, 1_000_000)


@pytest.mark.parametrize("text", SERVICE_SPELLINGS)
def test_service_is_refused_in_every_spelling(text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused here"):
        examine_query(text)


GLUED = (
    "ASK { ?s ?p trueSERVICE <http://127.0.0.1:9/> {} }",
    "ASK { ?s ?p falseservice <http://127.0.0.1:9/> {} }",
    "SELECT * { SERVICESILENT<http://127.0.0.1:9/>{} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICEe:x {} }",
    "PREFIX SILENTe: <http://127.0.0.1:9/> SELECT * { SERVICESILENTe:x#c\n{} }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { ?s ?p trueSERVICEe:x {} }",
    "PREFIX e: <http://www.w3.org/2001/XMLSchema#> ASK { FILTERe:boolean(1<2#>'\n) SERVICE <e:e> {} #'\n}",
    "PREFIX e: <http://www.w3.org/2001/XMLSchema#> ASK { ?s ?p trueFILTERe:boolean(1<2#>'\n) SERVICE <e:e> {} #'\n}",
    "ASK { {SELECTDISTINCT?a(1<2#>'\n AS ?b) { SERVICE <http://127.0.0.1:9/> {} } #'\n} }",
    "ASK { ?s ?p trueFILTER(1<2#>'\n) SERVICE <http://127.0.0.1:9/> {} #'\n}",
)


@pytest.mark.parametrize("text", GLUED)
def test_a_word_that_the_engine_reads_without_a_space_is_refused(text: str) -> None:
    with contextlib.suppress(OSError):  # it is understood, and nobody answers at that address
        pyoxigraph.Store().query(text)
    with pytest.raises(QueryError, match="write it apart"):
        examine_query(text)


@pytest.mark.parametrize(("text", "form"), INNOCENT)
def test_a_word_in_a_name_a_string_or_a_comment_is_no_keyword(text: str, form: QueryForm) -> None:
    assert examine_query(text) is form


@pytest.mark.parametrize("text", UPDATES)
def test_an_update_is_named_as_one(text: str) -> None:
    assert examine_query(text) is QueryForm.UPDATE


@pytest.mark.parametrize("text", VALID)
def test_a_valid_query_passes(text: str) -> None:
    pyoxigraph.Store().query(text)
    assert examine_query(text) in set(QueryForm) - {QueryForm.UPDATE}


def test_our_own_queries_pass() -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in PAGES.glob("*.rq")}
    texts = {**questions(), **pages}
    assert len(texts) >= 60
    for name, text in texts.items():
        assert examine_query(text) is not QueryForm.UPDATE, name


def test_the_corpora_keep_their_size() -> None:
    assert (len(SERVICE_SPELLINGS), len(INNOCENT), len(UPDATES), len(BOMBS), len(SIZES)) == (24, 14, 14, 33, 8)
    assert len(GLUED) == 10
    assert len(VALID) >= 80


def test_a_load_inside_a_query_is_refused_with_its_place() -> None:
    with pytest.raises(QueryError, match="LOAD is refused") as caught:
        examine_query("SELECT *\n{ LOAD <http://127.0.0.1:9/> }")
    assert (caught.value.line, caught.value.column) == (2, 3)


@pytest.mark.parametrize("text", ["", "hello", "# SELECT", "PREFIX a: <a:a>"])
def test_a_text_that_asks_for_nothing_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="asks for nothing"):
        examine_query(text)


def test_an_open_string_is_refused_with_its_place() -> None:
    with pytest.raises(QueryError, match="not closed") as caught:
        examine_query("ASK {\n ?s ?p 'open }")
    assert (caught.value.line, caught.value.column) == (2, 8)


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_nesting_bomb_is_refused_at_every_size_within_a_moment(name: str) -> None:
    sizes = [size for size in SIZES if name != "rows" or size > 2_000]
    for size in sizes:
        text = BOMBS[name](size)
        started = time.process_time()
        with pytest.raises(QueryError):
            examine_query(text)
        assert time.process_time() - started < 0.5


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_the_same_shape_in_a_reasonable_size_passes(name: str) -> None:
    assert examine_query(BOMBS[name](20)) in (QueryForm.SELECT, QueryForm.DESCRIBE)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("ASK {" + "?a ?b ?c." * 65 + "}", "patterns"),
        ("ASK {?a ?b 1" + ",1" * 64 + "}", "patterns"),
        ("ASK {?a ?b (" + "1 " * 65 + ")}", "patterns"),
        ("ASK {?a <a:a>" + "/<a:a>" * 64 + " ?b}", "patterns"),
        ("ASK {?a <a:a>" + "|<a:a>" * 65 + " ?b}", "path_steps"),
        ("ASK {{}" + "UNION{}" * 65 + "}", "unions"),
        ("ASK {" + "OPTIONAL{}" * 65 + "}", "optionals"),
        ("ASK " + "{SELECT*" * 65 + "{}" + "}" * 65, "sub_selects"),
        ("ASK {" + "{}" * 128 + "}", "groups"),
        ("ASK {FILTER(1" + "+1" * 513 + ")}", "operators"),
        ("ASK {FILTER(" + "!" * 33 + "1)}", "signs"),
        ("DESCRIBE" + "<a:a>" * 257, "terms"),
        ("ASK {VALUES ?a {" + "1 " * 2_001 + "}}", "rows"),
        ("ASK {FILTER" + "(" * 100 + "1" + ")" * 100 + "}", "depth"),
        ("ASK {}" + " " * 16_384, "characters"),
    ],
)
def test_each_limit_is_exact_and_named(text: str, limit: str) -> None:
    with pytest.raises(QueryLimitPassed) as caught:
        examine_query(text)
    assert caught.value.limit == limit
    examine_query(text, replace(Limits(), **{limit: getattr(Limits(), limit) + (10 if limit == "characters" else 1)}))


def test_each_limit_has_words() -> None:
    assert [name for name, most, words in Limits().described() if most < 1 or not words] == []
    assert len(list(Limits().described())) == 12


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("ASK { ?a ?b ?c }", 1),
        ("ASK { ?a ?b ?c . ?d ?e ?f . }", 2),
        ("ASK { ?a ?b ?c , ?d ; ?e ?f }", 3),
        ("ASK { ?a ?b [ ?c ?d ; ?e ?f ] . }", 3),
        ("ASK { ?a <a:a>/<a:b>/<a:c> ?b }", 3),
        ("ASK { ?a <a:a>|(^<a:b>*) ?b FILTER(?a / ?b > 1 && ?a IN (1, 2)) }", 1),
        ("ASK { ?a ?b ?c FILTER EXISTS { ?a ?d ?e } ?f ?g ?h }", 3),
        ("ASK { GRAPH ?g { ?a ?b ?c } BIND(<a:f>(?c, 1) AS ?d) FILTER <a:f>(?d) }", 1),
        ("SELECT ?a (COUNT(?b) / 2 AS ?c) { { SELECT ?a ?b { ?a ?c ?b } GROUP BY ?a } } ORDER BY ?a (?b / 3)", 1),
        ("CONSTRUCT { ?a ?b ?c . ?d ?e (1 2) } WHERE { ?a ?b ?c }", 1),
        ("CONSTRUCT WHERE { ?a ?b ?c . ?a ?d ?e }", 2),
        ("SELECT * { VALUES (?a ?b) { (1 2) (3 4) } ?a ?b ?c } VALUES ?c { 1 2 3 }", 1),
        ("DESCRIBE <a:a> <a:b> FROM <a:c> { }", 0),
    ],
)
def test_patterns_are_counted_as_the_engine_joins_them(text: str, patterns: int) -> None:
    examine_query(text, replace(Limits(), patterns=patterns))
    if patterns:
        with pytest.raises(QueryLimitPassed):
            examine_query(text, replace(Limits(), patterns=patterns - 1))


def test_length_is_bounded_exactly() -> None:
    text = "ASK {} #"
    assert examine_query(text.ljust(MOST_CHARACTERS, "x")) is QueryForm.ASK
    with pytest.raises(QueryError, match="characters"):
        examine_query(text.ljust(MOST_CHARACTERS + 1, "x"))


def test_two_thousand_rows_of_values_pass() -> None:
    assert examine_query("SELECT * { VALUES ?x { " + "1 " * 2_000 + "} }") is QueryForm.SELECT
    assert examine_query("SELECT * { VALUES (?x ?y) { " + "(1 2)" * 2_000 + "} }") is QueryForm.SELECT
