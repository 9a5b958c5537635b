"""Entries made at random from the plan alone: every kind of field, parts that point at each other."""

import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import strategies as st

from registry.entry import CITY, Entry, Link, Record, Text, Value
from registry.entry_plan import EntryPlan, Field, Kind
from registry.lexical import text_fault

EXAMPLES = sorted(
    path for path in (Path(__file__).parents[1] / "data" / "examples").rglob("*.ttl") if "held" not in path.parts
)
NUMBER_OF_EXAMPLES = 30
EACH_EXAMPLE = [
    pytest.param(path, id=path.stem, marks=pytest.mark.slow if "near-miss" in path.parts else ()) for path in EXAMPLES
]
"""Every example for a test; those beside the four of the levels are slow together."""

CITY_IRI = "https://example.org/id/city/oderau"
KEYS = st.from_regex(r"[a-z][A-Za-z0-9._~-]{0,9}", fullmatch=True) | st.sampled_from(
    ["http", "https://x", "a;b", "c,", "ünïcode", "plan 1".replace(" ", "-"), "Ω", "x;y;"]
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=40)
STARTS = st.sampled_from(["", "=1+1 ", "+", "-", "@", "'", "  ", "_x0041_", "#N/A", "\n", "text\n", "</a>&amp;", "\t"])
LANGUAGES = st.sampled_from(["en", "de", "fr-ca", "sr-latn"])


def clean(text: str) -> str:
    """Give text as intake would admit it."""
    return "".join(sign for sign in unicodedata.normalize("NFC", text) if text_fault(sign) is None)


TEXTS = (
    st.builds(str.__add__, STARTS, WORDS).map(clean).filter(lambda text: bool(text.strip()) and not text_fault(text))
)
POINTS = st.tuples(st.integers(-179, 179), st.integers(-89, 89)).map(lambda pair: f"POINT({pair[0]} {pair[1]}.5)")
ADDRESSES = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9/;?=_.-]{0,12}", fullmatch=True)
DECIMALS = st.decimals(-(10**15), 10**15, places=3).map(lambda number: f"{Decimal(number):f}")
NUMBERS = st.integers(-(10**17), 10**17).map(str)
DAYS = st.dates(min_value=date(1000, 1, 1)).map(date.isoformat)


def value(field: Field) -> st.SearchStrategy[Value]:
    """Give values that one field takes when typed."""
    kinds: dict[Kind, st.SearchStrategy[str]] = {
        Kind.TEXT: TEXTS,
        Kind.DATE: DAYS,
        Kind.INTEGER: NUMBERS,
        Kind.DECIMAL: DECIMALS,
        Kind.BOOLEAN: st.sampled_from(["true", "false"]),
        Kind.POINT: POINTS,
        Kind.ADDRESS: ADDRESSES,
        Kind.CHOICE: st.sampled_from([option.value for option in field.options] or [f"{field.code_list}/x"]),
    }
    if field.kind is Kind.LANGUAGE_TEXT:
        return st.builds(Text, TEXTS, LANGUAGES)
    return kinds[field.kind].map(Text)


@st.composite
def entries(draw: st.DrawFn, plan: EntryPlan) -> Entry:
    """Make an entry that intake would admit, whatever the profile says of how much must be there."""
    parts = [name for name in plan.parts if not plan.parts[name].is_city]
    keys = draw(st.lists(KEYS, max_size=6, unique=True))
    kinds = {CITY: plan.city.name, **{key: draw(st.sampled_from(parts)) for key in keys}}
    return Entry(CITY_IRI, {key: draw(records(plan, kind, kinds)) for key, kind in kinds.items()})


@st.composite
def records(draw: st.DrawFn, plan: EntryPlan, kind: str, kinds: dict[str, str]) -> Record:
    """Make what is said of one part."""
    values: dict[str, tuple[Value, ...]] = {}
    fields = plan.parts[kind].fields
    for field in draw(st.lists(st.sampled_from(fields), max_size=5, unique_by=lambda field: field.name)):
        linkable = [Link(key) for key, other in kinds.items() if other in field.parts]
        choices = ([st.sampled_from(linkable)] if linkable else []) + ([value(field)] if field.is_typed else [])
        if choices:
            most = 1 if field.is_single else 4
            values[field.name] = tuple(draw(st.lists(st.one_of(choices), min_size=1, max_size=most, unique=True)))
    return Record(kind, values)


def said(entry: Entry) -> dict[tuple[str, str], frozenset[Value]]:
    """Give what an entry says, order and blanks aside."""
    return {
        (key, name): found
        for key, record in entry.records.items()
        for name, values in record.values.items()
        if (found := frozenset(value for value in values if isinstance(value, Link) or not value.is_blank))
    }
