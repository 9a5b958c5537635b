"""The documentation names what exists, all of it and nothing else."""

import re
from pathlib import Path

import click
import pytest

from registry import cli
from registry.errors import RegistryError
from registry.loading import artefacts
from registry.namespaces import PREFIXES
from registry.settings import Settings, sources
from registry.wiring import wire
from server.app import create_app
from server.problems import KINDS

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return REFERENCE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(title: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", section(title), flags=re.MULTILINE))


def every(kind: type[RegistryError]) -> set[type[RegistryError]]:
    return {kind} | {found for child in kind.__subclasses__() for found in every(child)}


def test_every_command_is_documented() -> None:
    groups = {name: group for name, group in cli.main.commands.items() if isinstance(group, click.Group)}
    inner = {f"hrcr {name} {command}" for name, group in groups.items() for command in group.commands}
    assert first_cells("Commands") == {f"hrcr {name}" for name in cli.main.commands} | inner


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    rows = {f"| `{variable}` | `{value}` | {words} |" for variable, value, _, words in sources({})}
    assert rows == set(re.findall(r"^\| `HRCR_.*\|$", section("Settings"), flags=re.MULTILINE))


def test_every_error_code_is_documented_with_its_status() -> None:
    codes = {kind.code for kind in every(RegistryError)} | set(KINDS)
    assert first_cells("Errors") == codes
    for code, kind in KINDS.items():
        assert f"| `{code}` | {kind.status} |" in section("Errors")


def test_every_prefix_is_documented() -> None:
    rows = {f"| `{prefix}` | `{namespace}` |" for prefix, namespace in PREFIXES.items()}
    assert rows == set(re.findall(r"^\| `.*\|$", section("Prefixes"), flags=re.MULTILINE))


def test_every_criterion_is_documented() -> None:
    rows = {f"| {found.notation} | `{found.slug}` | {found.label} |" for found in artefacts().standard.criteria}
    assert rows == set(re.findall(r"^\| MCS-.*\|$", section("Criteria"), flags=re.MULTILINE))


def test_every_route_is_documented(tmp_path: Path) -> None:
    app = create_app(wire(Settings(home=tmp_path)), Settings(home=tmp_path))
    rules = {re.sub(r"/<[a-z]+:[a-z]+>", "/…", str(rule)) for rule in app.url_map.iter_rules()}
    documented = first_cells("Addresses")
    covered = documented | {f"{address}/…" for address in documented}
    assert {rule for rule in rules if rule not in covered} == set()
    assert {address for address in documented if address not in rules} == set()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/api.md",
        "docs/design.md",
        "docs/reference.md",
        "docs/cases.md",
        "docs/data.md",
        "docs/evidence.md",
        "docs/judging.md",
        "docs/federated-queries.md",
        "docs/identity.md",
        "docs/reconciliation.md",
        "docs/federation.md",
        "docs/operating.md",
        "docs/peers.md",
        "docs/releases.md",
        "docs/web-server.md",
        "CHANGELOG.md",
    ],
)
def test_links_inside_the_checkout_lead_somewhere(name: str) -> None:
    path = ROOT / name
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{name}: {target}"


def test_the_version_heads_the_changelog() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings[0] == "Unreleased"


WORDS = re.compile(r"\bAI assistant\b|/wo" + r"rk/|py" + r"pi\.org|registry\.npm" + r"js", re.IGNORECASE)


def test_nothing_speaks_of_how_it_was_made() -> None:
    folders = ("registry", "server", "docs", "ontology", "shapes", "data", ".ci")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    others = {"node_modules", "built"}  # what `make assets` gets is not ours
    ours = [path for path in paths if not others & set(path.parts)]
    texts = [path for path in [*ours, ROOT / "README.md", ROOT / "Makefile"] if path.suffix not in (".png", ".pyc")]
    assert not [path.name for path in texts if WORDS.search(path.read_text(encoding="utf-8"))]


def test_the_numbers_of_the_readme_are_true() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"desk profiles of {len(artefacts().files.cities)} cities" in readme
    assert f"{len(artefacts().standard.criteria)} criteria" in readme
    assert len(list((ROOT / "ontology" / "questions").glob("*.rq"))) == 53
    assert "fifty-three questions" in readme
