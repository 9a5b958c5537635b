"""The command line: reads flags, files and the environment, calls the registry, prints; it holds no rule."""

import json
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rdflib import Graph

from registry import __version__
from registry.errors import RegistryError
from registry.model import Report
from registry.namespaces import PREFIXES
from registry.registry import Examination
from registry.rendering import FORMS, criterion_text, render, standard_text
from registry.settings import Settings, sources
from registry.template import template as empty_file
from registry.wiring import artefacts, dossier_confined, examine_confined, query_confined, wire
from registry.wiring import build as build_release

Command = TypeVar("Command", bound=Callable[..., Any])


_SOLUTIONS: Final = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_WIDEST: Final = 80


def _plain_errors(command: Command) -> Command:
    """Show an error of the registry as its sentence, and leave with its exit code."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except RegistryError as error:
            click.echo(f"{error}", err=True)
            raise SystemExit(error.exit_code) from error

    return guarded  # type: ignore[return-value]  # wraps keeps the signature


def _settings(**flags: object) -> Settings:
    return Settings.load(os.environ, **flags)


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # a day has no zone
    except ValueError as error:
        raise click.BadParameter(f"“{value}” is not a day; write it as YYYY-MM-DD.") from error


_AT = click.option("--at", callback=_day, metavar="DATE", help="Reference date (YYYY-MM-DD); today by default.")
_WITH = click.option(
    "--with",
    "held",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Turtle file with what the registry holds about the city: findings, link checks, confirmations.",
)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hrcr")
def main() -> None:
    """Human Rights Cities Registry: judge what a city demonstrates, build releases, serve and query them.

    Start with `hrcr template > mycity.ttl`, fill it in, and run `hrcr validate mycity.ttl`.
    """


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_WITH
@_AT
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="Form of the report."
)
@_plain_errors
def validate(files: tuple[Path, ...], held: Path | None, at: date | None, form: str) -> None:
    """Judge FILES against the Minimum Commitment Standard, requirement by requirement.

    Accepts Turtle, N-Triples, JSON-LD, and N-Quads or TriG without named graphs. One file describes one city.

    Exit code: 0 when the machine level is at least Declared, 1 when it is below, 2 when a file could not be judged; of
    several files the highest.
    """
    settings, worst = _settings(), 0
    with _bar(len(files), "Judging") as advance:
        for path in files:
            try:
                report = examine_confined(settings, _examination(path, held, at))
            except RegistryError as error:
                click.echo(f"{path}: {error}", err=True)
                worst = max(worst, 2)
            else:
                click.echo(render(report, wire(settings).standard, form, name=path.name), nl=False)
                worst = max(worst, _exit_code(report))
            advance(1)
    raise SystemExit(worst)


@main.command()
@click.argument("file", type=_FILE)
@_WITH
@_AT
@_plain_errors
def dossier(file: Path, held: Path | None, at: date | None) -> None:
    """Write what is judged for FILE as Turtle: its statements, what is held, reference data and the assessment.

    Anybody can run the published shapes over it with any SHACL engine and get the same results.
    """
    _print_graph(dossier_confined(_settings(), _examination(file, held, at)).graph)


@main.command()
@click.option("--level", help="Only what requirements up to this level read (declared, committed, implementing).")
@_plain_errors
def template(level: str | None) -> None:
    """Write an empty, commented submission to fill in."""
    registry = wire(_settings())
    click.echo(empty_file(registry.profile, registry.standard, level=level), nl=False)


@main.command()
@click.argument("criterion", required=False)
@_plain_errors
def criteria(criterion: str | None) -> None:
    """List the criteria, or tell all about one (by slug, number or notation)."""
    standard = wire(_settings()).standard
    text = criterion_text(standard.criterion(criterion), standard) if criterion else standard_text(standard)
    click.echo(text, nl=False)


@main.command()
@_AT
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Directory that holds the releases.")
@_plain_errors
def build(at: date | None, home: Path | None) -> None:
    """Build the next release from the files of data/ and make it current."""
    settings = _settings(home=home)
    with _bar(len(artefacts().files.cities), "Assessing") as advance:
        release = build_release(settings, at=at, advance=advance)
    click.echo(f"Release {release.id}: {release.quads:,} quads in {release.directory}")


@main.command()
@click.argument("query")
@click.option("--format", "form", type=click.Choice(["table", *_SOLUTIONS]), default="table", show_default=True)
@_plain_errors
def query(query: str, form: str) -> None:
    """Ask the current release: QUERY is a file with a SPARQL query, or the query itself.

    CONSTRUCT and DESCRIBE answer in Turtle. The prefixes of the registry must be declared in the query.
    """
    text = Path(query).read_text(encoding="utf-8") if _is_file(query) else query
    wanted = _SOLUTIONS["json" if form == "table" else form]
    answer, media_type = query_confined(_settings(), text, {False: wanted, True: "text/turtle"})
    as_table = form == "table" and media_type == wanted
    click.echo(_table(json.loads(answer)) if as_table else answer.decode("utf-8"), nl=False)


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Directory that holds the releases.")
@_plain_errors
def serve(host: str | None, port: int | None, home: Path | None) -> None:
    """Serve the current release: pages, linked data and SPARQL."""
    from server.wsgi import run  # the command line without a server stays light

    run(_settings(host=host, port=port, home=home))


@main.command()
@_plain_errors
def settings() -> None:
    """Show every setting, its value in force and where that comes from."""
    for variable, value, source, words in sources(os.environ):
        click.echo(f"{variable}={value}  ({source})\n    {words}")


def _examination(path: Path, held: Path | None, at: date | None) -> Examination:
    return Examination(
        raw=path.read_bytes(),
        name=path.name,
        held=held.read_bytes() if held else None,
        held_name=held.name if held else "held.ttl",
        at=at,
    )


def _exit_code(report: Report) -> int:
    return 0 if report.machine_level is not None else 1


def _is_file(text: str) -> bool:
    return "\n" not in text and len(text) < 1024 and Path(text).is_file()


def _print_graph(graph: Graph) -> None:
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    click.echo(graph.serialize(format="turtle"), nl=False)


def _table(answer: dict[str, Any]) -> str:
    """Lay out SPARQL results in JSON (SPARQL 1.1 Query Results JSON Format) as a table of plain text."""
    if "boolean" in answer:
        return "yes\n" if answer["boolean"] else "no\n"
    names = answer["head"]["vars"]
    rows = [[row.get(name, {}).get("value", "") for name in names] for row in answer["results"]["bindings"]]
    widths = [min(_WIDEST, max(len(row[place]) for row in [names, *rows])) for place in range(len(names))]
    lines = [names, ["-" * width for width in widths], *rows]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


class _bar:  # noqa: N801  # reads as the context manager it is
    """A progress bar on a terminal; nothing in a pipe."""

    def __init__(self, length: int, label: str) -> None:
        self._bar = (
            click.progressbar(length=length, label=label, file=sys.stderr) if length > 1 and _terminal() else None
        )

    def __enter__(self) -> Callable[[int], None]:
        if self._bar is None:
            return lambda _steps: None
        return self._bar.__enter__().update

    def __exit__(self, *exception: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*exception)


def _terminal() -> bool:
    return sys.stderr.isatty()
