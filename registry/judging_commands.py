"""The commands that judge many cities: everything again, what is out of date, and by a draft of the standard."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from registry.bulk import State
from registry.bulk_wiring import Choices, Started, Summary, assess_all, try_standard
from registry.command_line import AT, HOME, Bar, plain_errors, settings_of
from registry.impact import Impact, Turn, as_graph, table
from registry.namespaces import PREFIXES
from registry.rendering import impact_page
from registry.verdict_wiring import kept_verdicts
from server.spreadsheet import for_spreadsheets

_MOST_TOLD: Final = 20
_DIRECTORY: Final = click.Path(exists=True, file_okay=False, path_type=Path)


def _run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a run over many cities goes."""
    for option in (
        AT,
        HOME,
        click.option("--native", is_flag=True, help="Judge by a native engine; a sample is judged by pySHACL as well."),
        click.option("--processes", type=click.IntRange(min=1), help="Processes; as many as processors by default."),
        click.option("--dask", metavar="ADDRESS", default="", help="Scheduler of a Dask cluster to judge on."),
        click.option("--seed", default="", help="Seed of the lot that draws the sample; drawn anew by default."),
        click.option("--from", "files", type=_DIRECTORY, help="Directory with further submissions, one city a file."),
        click.option("--only", multiple=True, metavar="PATTERN", help="Only dossiers whose name fits, as profile/g*."),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Judge every dossier that is known here.")
@click.option("--again", is_flag=True, help="Judge those too of which nothing has changed.")
@_run_options
@plain_errors
def assess(*, is_all: bool, again: bool, home: Path | None, **run: Any) -> None:
    """Judge every known dossier again, as far as rules, data or the day have changed, and keep the verdicts.

    Known are the desk profiles, what a city said last on whose word a level was granted, and the files of --from. The
    verdicts are kept in HRCR_HOME and belong to no release; see `hrcr verdicts`. Exit code: 0, or 1 when a dossier
    could not be judged.
    """
    if not (is_all or run["only"]):
        raise click.UsageError("say --all, or --only PATTERN; one file is judged by `hrcr validate`.")
    with _told("Judging") as started:
        summary = assess_all(settings_of(home=home), _choices(**run), again=again, started=started)
    click.echo(f"{summary.judged:,} of {summary.known:,} known dossiers judged; the others have not changed.")
    _tell(summary)
    raise SystemExit(1 if summary.faults else 0)


@click.command()
@click.option("--outdated", is_flag=True, help="Only those that rules or data have left behind.")
@click.option("--from", "files", type=_DIRECTORY, help="Directory with further submissions, one city a file.")
@HOME
@plain_errors
def verdicts(*, outdated: bool, files: Path | None, home: Path | None) -> None:
    """List the verdicts that `hrcr assess` keeps, under which rules each was made, and whether it is outdated."""
    count = 0
    for verdict in kept_verdicts(settings_of(home=home), files):
        if outdated and verdict.state is State.CURRENT:
            continue
        count += 1
        said = verdict.stated
        click.echo(
            f"{verdict.name}  as of {said.day}  standard {said.standard}  "
            f"rules {said.hashes.get('shapes', '')[:12]}  {said.engine}  {verdict.state}"
        )
    if not count:
        click.echo("No verdict is outdated." if outdated else "No verdict is kept yet; make them: hrcr assess --all")


@click.group()
def standard() -> None:
    """Work on the standard."""


@standard.command("try")
@click.argument("directory", type=_DIRECTORY)
@click.option("--to", "to", type=click.Path(file_okay=False, path_type=Path), default=Path("impact"), show_default=True)
@_run_options
@plain_errors
def try_draft(directory: Path, to: Path, home: Path | None, **run: Any) -> None:
    """Judge every known dossier by the draft of the standard in DIRECTORY too, and write what would change.

    DIRECTORY holds copies of `ontology/standard`, `ontology/vocabularies` or `shapes`, changed; each takes the place of
    the one in force as a whole. A page (impact.html), a table (impact.csv) and linked data (impact.ttl) are written to
    the directory of --to. No release and no kept verdict is touched.
    """
    with _told("Judging twice") as started:
        impact, summary = try_standard(settings_of(home=home), directory, _choices(**run), started=started)
    to.mkdir(parents=True, exist_ok=True)
    (to / "impact.html").write_text(impact_page(impact), encoding="utf-8")
    (to / "impact.csv").write_bytes(_csv(impact))
    (to / "impact.ttl").write_text(_turtle(impact), encoding="utf-8")
    turns = [change.turn for change in impact.changes]
    click.echo(
        f"{impact.cities:,} cities judged by both: {turns.count(Turn.FAILS):,} outcomes newly fail, "
        f"{turns.count(Turn.PASSES):,} are newly demonstrated, {len(turns):,} differ in all; see {to / 'impact.html'}"
    )
    _tell(summary)
    raise SystemExit(1 if summary.faults else 0)


def _choices(
    *,
    at: date | None,
    native: bool,
    processes: int | None,
    dask: str,
    seed: str,
    files: Path | None,
    only: tuple[str, ...],
) -> Choices:
    return Choices(at=at, is_native=native, processes=processes or 0, dask=dask, seed=seed, files=files, only=only)


@contextmanager
def _told(label: str) -> Iterator[Started]:
    """Give what shows a bar once it is known how many there are, and take it away at the end."""
    bars: list[Bar] = []

    def started(count: int) -> Callable[[int], object]:
        bars.append(Bar(count, label))
        return bars[0].__enter__()

    try:
        yield started
    finally:
        for bar in bars:
            bar.__exit__(None, None, None)


def _tell(summary: Summary) -> None:
    """Tell what a run had to say beside its verdicts."""
    if summary.drawn:
        click.echo(f"{summary.checked:,} of them were judged by pySHACL as well, and agree (seed {summary.seed}).")
    for words, sentences in (("judged by pySHACL instead", summary.notes), ("NOT judged", summary.faults)):
        for name in [*sentences][:_MOST_TOLD]:
            click.echo(f"{name}: {words}: {sentences[name]}", err=True)
        if len(sentences) > _MOST_TOLD:
            click.echo(f"{len(sentences) - _MOST_TOLD:,} more were {words}.", err=True)
    if summary.memory:
        click.echo(f"No process took more than {summary.memory // 1024:,} MiB.")


def _csv(impact: Impact) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table(impact))
    return for_spreadsheets(text.getvalue().encode("utf-8"))


def _turtle(impact: Impact) -> str:
    graph = as_graph(impact)
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.serialize(format="turtle")


COMMANDS = (assess, verdicts, standard)
