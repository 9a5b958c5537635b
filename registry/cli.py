"""The command line: reads flags, files and the environment, calls the registry, prints; it holds no rule."""

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
from rdflib import Graph

from registry import __version__
from registry.account_errors import AccountsUnavailable
from registry.call_commands import COMMANDS as CALL_COMMANDS
from registry.city_identity_commands import COMMANDS as IDENTITY_COMMANDS
from registry.command_line import AT, FILE, HOME, Bar, plain_errors, settings_of
from registry.confinement import annotate_confined, dossier_confined, examine_confined, opened_confined, query_confined
from registry.errors import RegistryError, SheetFault, SubmissionError
from registry.evidence_commands import COMMANDS as EVIDENCE_COMMANDS
from registry.judging_commands import COMMANDS as JUDGING_COMMANDS
from registry.ledger_commands import COMMANDS as LEDGER_COMMANDS
from registry.mirror_commands import COMMANDS as MIRROR_COMMANDS
from registry.mirror_wiring import mirrored
from registry.model import Report
from registry.namespaces import PREFIXES
from registry.peer_commands import COMMANDS as PEER_COMMANDS
from registry.registry import Examination
from registry.release_commands import COMMANDS, publish
from registry.rendering import FORMS, criterion_text, refusal_json, refusal_text, render, standard_text
from registry.settings import Settings, sources
from registry.submit_commands import submit
from registry.template import template as empty_file
from registry.user_commands import COMMANDS as USER_COMMANDS
from registry.wiring import people, wire
from registry.witness_commands import COMMANDS as WITNESS_COMMANDS

_SOLUTIONS: Final = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_WIDEST: Final = 80


_WITH = click.option(
    "--with",
    "held",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Turtle file with what the registry holds about the city: findings, link checks, confirmations.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hrcr")
@click.pass_context
def main(context: click.Context) -> None:
    """Human Rights Cities Registry: judge what a city demonstrates, publish releases, serve and query them.

    Start with `hrcr template > mycity.ttl`, fill it in, and run `hrcr validate mycity.ttl`.
    """
    context.obj = dict(os.environ)


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@_WITH
@AT
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="Form of the report."
)
@click.option(
    "--annotated",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write a copy of the one workbook to, with each fault as a comment on its cell.",
)
@plain_errors
def validate(files: tuple[Path, ...], held: Path | None, at: date | None, form: str, annotated: Path | None) -> None:
    """Judge FILES against the Minimum Commitment Standard, requirement by requirement.

    Accepts the workbook of `hrcr template --format xlsx`, Turtle, N-Triples, JSON-LD, and N-Quads or TriG without named
    graphs. One file describes one city.

    Exit code: 0 when the machine level is at least Declared, 1 when it is below, 2 when a file could not be judged; of
    several files the highest.
    """
    settings, worst = settings_of(), 0
    if annotated is not None and len(files) != 1:
        raise click.UsageError("--annotated goes with one workbook.")
    with Bar(len(files), "Judging") as advance:
        for path in files:
            try:
                report = examine_confined(settings, replace(_examination(path, held, at), is_explained=True))
            except SubmissionError as refusal:
                click.echo(refusal_text(refusal, name=str(path)), err=True, nl=False)
                worst = max(worst, 2)
                if form == "json":
                    click.echo(refusal_json(refusal, name=path.name), nl=False)
                if annotated is not None and isinstance(refusal, SheetFault):
                    annotated.write_bytes(annotate_confined(settings, path.read_bytes(), refusal))
            except RegistryError as error:
                click.echo(f"{path}: {error}", err=True)
                worst = max(worst, 2)
            else:
                click.echo(render(report, wire(settings).standard, form, name=path.name), nl=False)
                worst = max(worst, _exit_code(report))
            advance(1)
    raise SystemExit(worst)


@main.command()
@click.argument("file", type=FILE)
@_WITH
@AT
@plain_errors
def dossier(file: Path, held: Path | None, at: date | None) -> None:
    """Write what is judged for FILE as Turtle: its statements, what is held, reference data and the assessment.

    Anybody can run the published shapes over it with any SHACL engine and get the same results.
    """
    _print_graph(dossier_confined(settings_of(), _examination(file, held, at)).graph)


@main.command()
@click.option("--level", help="Only what requirements up to this level read (declared, committed, implementing).")
@click.option("--format", "form", type=click.Choice(["turtle", "xlsx"]), default="turtle", show_default=True)
@click.option("--filled", type=FILE, help="A submission whose statements stand in the workbook already (with xlsx).")
@plain_errors
def template(level: str | None, form: str, filled: Path | None) -> None:
    """Write an empty, commented submission to fill in: Turtle, or with `--format xlsx` a workbook."""
    settings = settings_of()
    registry = wire(settings)
    if form == "turtle":
        if filled is not None:
            raise click.UsageError("--filled goes with --format xlsx.")
        click.echo(empty_file(registry.profile, registry.standard, level=level), nl=False)
        return
    file = opened_confined(settings, _examination(filled, None, None)) if filled else None
    for mark in file.marks if file else ():
        click.echo(f"{mark.cell}: {mark.sentence}", err=True)
    click.echo(registry.workbook(file.entry if file else None, level=level), nl=False)


@main.command()
@click.argument("criterion", required=False)
@plain_errors
def criteria(criterion: str | None) -> None:
    """List the criteria, or tell all about one (by slug, number or notation)."""
    standard = wire(settings_of()).standard
    text = criterion_text(standard.criterion(criterion), standard) if criterion else standard_text(standard)
    click.echo(text, nl=False)


@main.command()
@click.argument("query")
@click.option("--format", "form", type=click.Choice(["table", *_SOLUTIONS]), default="table", show_default=True)
@plain_errors
def query(query: str, form: str) -> None:
    """Ask the current release: QUERY is a file with a SPARQL query, or the query itself.

    CONSTRUCT and DESCRIBE answer in Turtle. The prefixes of the registry must be declared in the query.
    """
    text = Path(query).read_text(encoding="utf-8") if _is_file(query) else query
    wanted = _SOLUTIONS["json" if form == "table" else form]
    answer, media_type = query_confined(settings_of(), text, {False: wanted, True: "text/turtle"})
    as_table = form == "table" and media_type == wanted
    click.echo(_table(json.loads(answer)) if as_table else answer.decode("utf-8"), nl=False)


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@HOME
@plain_errors
def serve(host: str | None, port: int | None, home: Path | None) -> None:
    """Serve the current release: pages, linked data and SPARQL."""
    from server.wsgi import run  # the command line without a server stays light

    settings = settings_of(host=host, port=port, home=home)
    click.echo(_missing_steward(settings), err=True, nl=False)
    run(settings)


@main.command()
@plain_errors
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


def _missing_steward(settings: Settings) -> str:
    """Give the line that says how to make the first steward, nothing when there is one; of a mirror, whose it is."""
    source = mirrored(settings)
    if source is not None:
        return f"This serves a mirror of {source.site}, for reading alone.\n"
    try:
        if people(settings).registrar.has_steward():
            return ""
    except AccountsUnavailable as error:
        return f"{error} Until then nobody can sign in.\n"
    return "There is no steward yet; make the first: hrcr users add EMAIL --name NAME --role steward\n"


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


for _command in (
    submit,
    *COMMANDS,
    *CALL_COMMANDS,
    *EVIDENCE_COMMANDS,
    *IDENTITY_COMMANDS,
    *JUDGING_COMMANDS,
    *LEDGER_COMMANDS,
    *MIRROR_COMMANDS,
    *PEER_COMMANDS,
    *USER_COMMANDS,
    *WITNESS_COMMANDS,
):
    main.add_command(_command)
main.add_command(publish, "build")
