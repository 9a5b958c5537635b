"""The house keeps its layers, sizes and names."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("registry", "server") for path in (ROOT / folder).rglob("*.py"))
KNOWN = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in SOURCES}

WORDS = {
    "namespaces",
    "account_errors",
    "account_ports",
    "api_errors",
    "desk_ports",
    "errors",
    "federation_errors",
    "federation_ports",
    "case_errors",
    "judging_errors",
    "judging_ports",
    "fetch_errors",
    "mirror_errors",
    "mirror_ports",
    "peer_errors",
    "peer_ports",
    "ledger_errors",
    "witness_errors",
    "witness_ports",
    "fetch_ports",
    "evidence_errors",
    "evidence_model",
    "evidence_ports",
    "kept_texts",
    "mending",
    "model",
    "passkey_ports",
    "people",
    "ports",
    "positions",
    "provider_ports",
    "sheets",
    "store_errors",
}
FORMATS = {
    "canonical_json",
    "checkpoint",
    "commitment",
    "cosignature",
    "envelope",
    "merkle",
    "query_tokens",
    "readable_text",
    "receipt",
    "sealing",
    "witness_request",
}
WIRING = {
    "evidence_wiring",
    "city_identity_wiring",
    "harvest_wiring",
    "filing_wiring",
    "call_wiring",
    "case_links",
    "case_wiring",
    "settings",
    "loading",
    "database_wiring",
    "ledger_wiring",
    "release_wiring",
    "reminder_wiring",
    "wiring",
    "verification_wiring",
    "confinement",
    "federation_wiring",
    "bulk_judging",
    "bulk_wiring",
    "draft_wiring",
    "known_dossiers",
    "verdict_wiring",
    "fetch_wiring",
    "sign_in_wiring",
    "mirror_wiring",
    "peer_judging",
    "peer_wiring",
    "witness_wiring",
    "preloading",
    "query_wiring",
}
FACES = {
    "call_commands",
    "evidence_commands",
    "city_identity_commands",
    "peer_commands",
    "cli",
    "console",
    "command_line",
    "judging_commands",
    "ledger_commands",
    "mirror_commands",
    "release_commands",
    "submit_commands",
    "user_commands",
    "witness_commands",
}
USE_CASES = {
    "attempts",
    "passkey_sign_in",
    "provider_sign_in",
    "evidence_check",
    "feeding",
    "harvest",
    "harvest_collecting",
    "harvest_reading",
    "robots",
    "stream_collecting",
    "casework",
    "handing_in",
    "mirror",
    "registry",
    "registrar",
    "rejudging",
    "sign_in",
    "witness_asking",
    "witnessing",
}

MAY_IMPORT = {
    "words": {"words"},
    "formats": {"words", "formats"},
    "domain": {"words", "formats", "domain"},
    "use cases": {"words", "formats", "domain", "use cases"},
    "adapters": {"words", "formats", "adapters"},
    "wiring": {"words", "formats", "domain", "use cases", "adapters", "wiring"},
    "faces": {"words", "formats", "domain", "use cases", "wiring", "faces"},
}
"""What each layer may import: imports only ever point down, and only the wiring sees the adapters."""

ENGINES = {
    "pyoxigraph",
    "oxrdflib",
    "pyshacl",
    "SPARQLWrapper",
    "sqlalchemy",
    "cryptography",
    "shifty",
    "shacl_rust",
    "distributed",
    "httpcore",
    "openpyxl",
    "PIL",
    "pypdf",
    "protego",
    "argon2",
    "phonenumbers",
    "icalendar",
    "boto3",
    "botocore",
    "stdnum",
    "segno",
    "zxcvbn",
    "authlib",
    "joserfc",
    "webauthn",
}
ENVIRONMENT_READERS = {"registry/cli.py", "server/wsgi.py"}
CLOCK_READERS = {"registry/loading.py"}
BROAD_CATCHES = {"registry/adapters/pyshacl_validator.py": 1, "registry/adapters/spreadsheet.py": 1}
WITHOUT_TESTS = {
    "__init__.py",
    "namespaces.py",
    "ports.py",
    "account_ports.py",
    "desk_ports.py",
    "evidence_ports.py",
    "federation_ports.py",
    "fetch_ports.py",
    "passkey_ports.py",
    "provider_ports.py",
    "mirror_ports.py",
    "judging_ports.py",
    "peer_ports.py",
    "witness_ports.py",
    "model.py",
    "evidence_model.py",
}
FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|base|managers?|services?|handlers?|v2|new|old)(_|$)")
TOP_LEVEL = {"ontology", "shapes", "registry", "data", "server", "tests", "docs"}
TOP_FILES = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "requirements.lock"}


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    """Every module by the path of its file, parsed once; nothing here changes a tree."""
    return tuple((path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES)


def layer_of(module: str) -> str:
    parts = module.split(".")
    if parts[0] == "server":
        return "faces"
    if len(parts) == 1:
        return "words"  # the package itself: its version
    if parts[1] == "adapters":
        return "adapters"
    layers = {"words": WORDS, "formats": FORMATS, "wiring": WIRING, "faces": FACES, "use cases": USE_CASES}
    for name, modules in layers.items():
        if parts[1] in modules:
            return name
    return "domain"


def imports_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                nested = f"{node.module}.{alias.name}"
                yield nested if nested in KNOWN else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def test_imports_only_point_down() -> None:
    wrong = [
        f"{name} ({layer}) imports {imported} ({layer_of(imported)})"
        for name, tree in trees()
        for layer in [layer_of(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))]
        for imported in imports_of(tree)
        if imported.split(".")[0] in ("registry", "server") and layer_of(imported) not in MAY_IMPORT[layer]
    ]
    assert not wrong, "\n".join(wrong)


def test_there_is_no_import_cycle() -> None:
    graph = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): {
            found for found in imports_of(tree) if found.split(".")[0] in ("registry", "server")
        }
        for name, tree in trees()
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module in done or module not in graph:
            return
        for imported in graph[module] - {module}:
            visit(imported, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_engines_are_imported_only_by_adapters() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, tree in trees()
        if not name.startswith("registry/adapters/")
        for imported in imports_of(tree)
        if imported.split(".")[0] in ENGINES
    ]
    assert not wrong, "\n".join(wrong)


def test_modules_and_functions_are_small() -> None:
    modules = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name, _ in trees()}
    lengths = {f"{name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}
    assert not {name: size for name, size in modules.items() if size > 350}
    assert not {name: size for name, size in lengths.items() if size > 60}
    assert median(modules.values()) <= 150
    assert median(lengths.values()) <= 10


def test_names_say_something() -> None:
    wrong = [name for name, _ in trees() if FORBIDDEN_NAMES.search(Path(name).stem)]
    assert not wrong


def test_the_environment_and_the_clock_are_read_in_their_places() -> None:
    for name, tree in trees():
        text = ast.unparse(tree)
        assert name in ENVIRONMENT_READERS or not re.search(r"os\.(environ|getenv)", text), name
        assert name in CLOCK_READERS or not re.search(r"datetime\.now|date\.today|utcnow", text), name


def test_nothing_is_caught_broadly_printed_or_left_for_later() -> None:
    for name, tree in trees():
        broad = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
            and not any(isinstance(child, ast.Raise) and child.exc is None for child in ast.walk(node))
        ]
        assert len(broad) <= BROAD_CATCHES.get(name, 0), name
        assert name == "registry/cli.py" or not re.search(r"(?<![\w.])print\(", ast.unparse(tree)), name
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", (ROOT / name).read_text(encoding="utf-8")), name


def test_no_criterion_is_known_by_name() -> None:
    slugs = [path.stem for path in (ROOT / "ontology" / "standard" / "criteria").glob("*.ttl") if "-" in path.stem]
    assert slugs
    for name, _ in trees():
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not [slug for slug in slugs if slug in text], name
        assert not re.search(r"MCS-\d", text), name


def test_every_module_has_a_test_file_of_its_name() -> None:
    missing = [
        name
        for name, _ in trees()
        if Path(name).name not in WITHOUT_TESTS
        and not (ROOT / "tests" / Path(name).parent / f"test_{Path(name).name}").exists()
    ]
    assert not missing, f"no test file for {missing}"


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    found -= {"var", "dist", "build"} | {name for name in found if name.endswith(".egg-info")}
    assert found == TOP_LEVEL | TOP_FILES


def test_every_lint_ignore_says_why() -> None:
    pattern = re.compile(r"#\s*(noqa(?!: \w+\d+(, \w+\d+)*  # \S)|type: ignore(?!\[[\w, -]+\]  # \S))")
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in [*SOURCES, *(ROOT / "tests").rglob("*.py")]
        for line in path.read_text(encoding="utf-8").splitlines()
        if pattern.search(line) and path != Path(__file__)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("word", ["pytest.mark.skip", "pytest.skip", "unittest.mock", "importorskip"])
def test_no_test_is_skipped_or_mocked(word: str) -> None:
    wrong = [path.name for path in (ROOT / "tests").rglob("*.py") if word in path.read_text(encoding="utf-8")]
    assert wrong == [Path(__file__).name]


def test_layers_are_named_from_the_bottom_up() -> None:
    order = ["words", "formats", "domain", "use cases", "wiring", "faces"]
    assert all(MAY_IMPORT[low] <= MAY_IMPORT[high] | {"adapters"} for low, high in pairwise(order))


def test_marks_that_make_looks_for_stand_in_test_files_alone() -> None:
    """``make`` collects the test files that name a mark; one given elsewhere would be left out in silence."""
    looked_for = re.findall(r"\$\(call marked,(\w+)\)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    elsewhere = [path for path in (ROOT / "tests").rglob("*.py") if not path.name.startswith("test_")]
    given = re.compile(rf"mark\.({'|'.join(looked_for)})\b")
    assert len(looked_for) == 8
    assert not [path for path in elsewhere if given.search(path.read_text(encoding="utf-8"))]
