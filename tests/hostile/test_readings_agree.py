"""The look at a query and the engine read the same words: none that the engine follows is hidden from the look.

Texts are put together at random from what is easily misread: comments with quotes in them, comparisons that look like
IRIs, words without spaces. Where the engine understands a text only as long as SERVICE stands in it, the look must have
refused it.
"""

import contextlib
import random
import re

import pyoxigraph
import pytest

from registry.errors import QueryError
from registry.queries import examine_query

pytestmark = [pytest.mark.slow, pytest.mark.alone]

TEXTS = 6_000
START = "PREFIX e:<http://127.0.0.1:9/>PREFIX x:<a:>PREFIX SILENTe:<http://127.0.0.1:9/> SELECT*{"
GAPS = ["", "", "", "", " ", "\n", "#'\n", '#"\n', "#>\n", "#'''\n", "# )\n", "#SERVICE\n"]
TERMS = [
    *(
        "?v",
        "<a:a>",
        "<a:b#c>",
        "x:y",
        "x:",
        "'l'",
        '"l"@en',
        "1",
        "1.",
        ".5",
        "1e5",
        "-1",
        "true",
        "false",
        "[]",
        "()",
    ),
    *("(1 <a:b#c>)", "'''a'b'''", '"""a"b"""', "'\\''", "_:b", "<<?v ?w <a:b#c>>>", "'x'^^<a:b#t>", "'x'^^x:t", "'#'"),
]
PATHS = ["?p", "<a:b>", "<a:b#c>/<a:b>", "(<a:b>|^x:y)*", "a", "!(a|<a:b#c>)", "x:y"]
OPERATORS = ["<", "<=", ">", "=", "!=", "&&", "||", "+", "-", "*", "/", "<", "<", "<#>'\n", '<#"\n', "<?v#>\n", "<<"]
SERVICES = [
    *("SERVICE<http://127.0.0.1:9/>{}", "SERVICE SILENT<http://127.0.0.1:9/>{}", "service#'\n<http://127.0.0.1:9/>{}"),
    *("SERVICEe:x{}", "SERVICESILENTe:{}", "SERVICE?e{}"),
]


class Maker:
    """Makes texts that are often SPARQL."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # texts, not secrets
        self._names = 0

    def text(self) -> str:
        """Make a query that asks another endpoint somewhere."""
        before = self.gap().join(self.element(0) for _ in range(self._random.randrange(1, 4)))
        after = "".join(self.element(0) for _ in range(self._random.randrange(3)))
        return START + before + self.gap() + self._random.choice(SERVICES) + self.gap() + after + self.gap() + "}"

    def gap(self) -> str:
        """Make what stands between words, mostly nothing."""
        return self._random.choice(GAPS)

    def element(self, depth: int) -> str:
        """Make a part of a group."""
        inner = depth + 1
        match self._random.randrange(10 if depth < 3 else 6):
            case 0 | 1:
                path = self.gap() + self._random.choice(PATHS) + self.gap() + self._random.choice(["", " "])
                return self.term() + " " + path + self.term() + self._random.choice([".", "", " "])
            case 2 | 3:
                called = self._random.choice(["", "abs", "x:f", "<a:b#f>", "x:f" + self.gap()])
                return f"FILTER{self.gap()}{called}({self.expression(0)})"
            case 4:
                return f"BIND({self.expression(0)} AS {self.name()})"
            case 5:
                return self._random.choice(["VALUES?v{1 <a:b#c>}", "VALUES(?v ?w){(1 <a:b#c>)(UNDEF 'x')}"])
            case 6 | 7:
                word = self._random.choice(["OPTIONAL", "MINUS", "GRAPH?g", "GRAPH x:y", "", "{}UNION"])
                return word + self.gap() + "{" + self.element(inner) + "}"
            case _:
                shown = self._random.choice([" ?v", "*", "DISTINCT*", f"?v({self.expression(0)} AS {self.name()})"])
                end = self._random.choice(["", f" ORDER BY({self.expression(0)})"])
                return "{SELECT" + shown + self.gap() + "{" + self.element(inner) + "}" + end + "}"

    def expression(self, depth: int) -> str:
        """Make an expression."""
        match self._random.randrange(6 if depth < 3 else 1):
            case 0 | 1:
                return self._random.choice(["1", "?v", "'s'", "<a:b#c>", "x:y", "true", '"q"@en', "?w", "1.5"])
            case 2 | 3 | 4:
                operator = self.gap() + self._random.choice(OPERATORS) + self.gap()
                return self.expression(depth + 1) + operator + self.expression(depth + 1)
            case _:
                return self._random.choice(["", "abs", "x:f", "!"]) + "(" + self.expression(depth + 1) + ")"

    def term(self) -> str:
        """Make a term."""
        return self._random.choice(TERMS)

    def name(self) -> str:
        """Make a variable that is used nowhere else."""
        self._names += 1
        return f"?n{self._names}"


def is_understood(text: str) -> bool:
    """Say whether the engine's parser takes a text."""
    try:
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            pyoxigraph.Store().query(text)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_text_hides_from_the_look_what_the_engine_follows(seed: int) -> None:
    maker, understood, hidden = Maker(seed), 0, []
    for _ in range(TEXTS):
        text = maker.text()
        if not is_understood(text):
            continue
        understood += 1
        try:
            examine_query(text)
        except QueryError:
            continue
        if not is_understood(re.sub("service", "sxrvice", text, flags=re.IGNORECASE)):
            hidden.append(text)
    assert hidden == []
    assert understood > TEXTS / 5
