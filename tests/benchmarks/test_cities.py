"""The made-up cities of the benchmark are what the benchmark says they are."""

import re
from hashlib import sha256
from pathlib import Path
from statistics import mean

import pyoxigraph
import pytest

from registry.registry import Examination
from registry.settings import Settings
from registry.wiring import wire
from tests.benchmarks.cities import BLOCK, ITEMS, City, Generator, classes, name_of, write


@pytest.fixture(scope="module")
def hundred() -> list[City]:
    return list(Generator(7).cities(100))


def test_a_seed_gives_the_same_cities_and_another_seed_gives_others(hundred: list[City]) -> None:
    assert list(Generator(7).cities(100)) == hundred
    assert all(city.triples != other.triples for city, other in zip(hundred, Generator(8).cities(100), strict=True))


def test_a_city_is_the_same_however_many_are_made(hundred: list[City]) -> None:
    assert Generator(7).city(42) == hundred[42]


def test_cities_have_the_density_of_a_full_submission(hundred: list[City]) -> None:
    sizes = [city.triples.count("\n") for city in hundred]
    assert 570 <= mean(sizes) <= 630
    assert len(set(sizes)) > 50
    assert min(sizes) > 400
    assert max(sizes) < 800


def test_every_city_parses_and_states_each_triple_once(hundred: list[City]) -> None:
    for city in hundred:
        parsed = {str(triple) for triple in pyoxigraph.parse(city.triples, pyoxigraph.RdfFormat.N_TRIPLES)}
        assert len(parsed) == city.triples.count("\n")


def test_every_city_has_what_a_city_at_the_highest_level_has(hundred: list[City]) -> None:
    for city in hundred:
        found = classes(city.triples)
        assert found["City"] == found["GoverningBody"] == 1
        for kind in ("Declaration", "CompetentBody", "ActionPlan", "Organization", "Evidence", "RedressMechanism"):
            assert found[kind] >= 1, (city.slug, kind)
    total = sum((classes(city.triples) for city in hundred), start=classes(""))
    assert len(total) > 40
    assert total["Commitment"] > 300


def test_nothing_a_city_names_of_its_own_is_missing(hundred: list[City]) -> None:
    for city in hundred:
        own = re.compile(f"<{ITEMS}{city.slug}(?:#[^>]*)?>")
        subjects = {line.split(" ", 1)[0] for line in city.triples.splitlines()}
        assert set(own.findall(city.triples)) == subjects


def test_cities_differ_in_names_dates_and_numbers(hundred: list[City]) -> None:
    assert len({city.slug for city in hundred}) == 100
    assert not any("velmora" in city.triples.lower() for city in hundred)
    stated = [re.findall(r'"([\d.-]+)"\^\^', city.triples) for city in hundred]
    assert len({tuple(values[:20]) for values in stated}) == 100


def test_no_two_of_ten_thousand_cities_share_a_name() -> None:
    assert len({name_of(number) for number in range(10_000)}) == 10_000


def test_partners_are_cities_of_the_same_block(hundred: list[City]) -> None:
    numbers = {f"<{ITEMS}{name_of(number).lower()}>": number for number in range(2 * 100)}
    for city in hundred:
        partners = re.findall(r"partnerCity> (<[^>]*>)", city.triples)
        assert {numbers[partner] // BLOCK for partner in partners} <= {city.number // BLOCK}
        assert city.number not in {numbers[partner] for partner in partners}


def test_the_file_is_written_as_the_cities_come(tmp_path: Path, hundred: list[City]) -> None:
    path = tmp_path / "cities.nt"
    written = write(path, 100, seed=7)
    assert written == sum(city.triples.count("\n") for city in hundred)
    expected = sha256("".join(city.triples for city in hundred).encode()).hexdigest()
    assert sha256(path.read_bytes()).hexdigest() == expected


@pytest.mark.slow
def test_every_tenth_city_fits_the_data_entry_profile(tmp_path: Path, hundred: list[City]) -> None:
    registry = wire(Settings(home=tmp_path))
    for city in hundred[::10]:
        registry.read(Examination(raw=city.triples.encode(), name="city.nt"))
