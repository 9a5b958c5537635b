"""A submission filled in on a page: judged at once, downloaded as workbook or Turtle, and not kept."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from flask import Blueprint, Flask, Response, render_template, request, url_for
from rdflib import Graph

from registry.confinement import examine_confined, mending_confined, opened_confined
from registry.entering import addressed, all_faults
from registry.entry import ADDRESS_OF_CITY, Entry, Fault, Place, Text, empty_entry, rough, write
from registry.entry_form import act, faults_by_path, read_form
from registry.entry_layout import Block, Layout, Slot, lay_out
from registry.entry_plan import EntryPlan, Option
from registry.entry_schema import entry_schema
from registry.errors import SubmissionError
from registry.guard import TURTLE, WORKBOOK
from registry.mending import Mending
from registry.model import Report
from registry.namespaces import PREFIXES
from registry.registry import Examination
from registry.rendering import OUTCOME_WORDS
from registry.renewal import Renewal, ask
from registry.report import ReportView, view
from server.installed import installation, settings
from server.problems import KINDS, Problem, problem_of
from server.response_headers import POLICY
from server.submissions import MOST_BYTES, day, sent_file

PAGE_POLICY: Final = POLICY + "; script-src 'self'; connect-src 'self'"
"""What the page of a form may load: its one script, and what that asks this host."""

LONGEST_SELECT: Final = 24
"""The longest list that is looked through; in a longer one a name is typed and chosen."""

blueprint = Blueprint("entry_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page of the form shows beside the answers: faults by place, a verdict, a problem with a file."""

    faults: tuple[Fault, ...] = ()
    report: Report | None = None
    mending: Mending | None = None
    problem: Problem | None = None
    problem_heading: str = "The file could not be opened"
    focus: str = ""
    was_judged: bool = False
    is_changed: bool = False
    renewal: Renewal | None = None
    more: Mapping[str, object] = field(default_factory=dict)


@blueprint.get("/check/form")
def form() -> Response:
    """Give the empty form."""
    return entry_page("entry.html", empty_entry(plan()), Shown(), action=url_for(".form"))


@blueprint.get("/check/workbook.xlsx")
def empty_workbook() -> Response:
    """Give the empty workbook."""
    return attached(installation().workbook(), WORKBOOK, "submission.xlsx")


@blueprint.get("/check/form/schema.json")
def schema() -> Response:
    """Describe what the form asks as a JSON Schema."""
    body = json.dumps(entry_schema(plan()), ensure_ascii=False, indent=1)
    return Response(body, content_type="application/schema+json")


@blueprint.post("/check/form")
def fill() -> Response:
    """Do what the button says with the answers that were sent; nothing is kept."""
    request.max_content_length = MOST_BYTES
    if request.form.get("do") == "open":
        return _open()
    entry = read_form(request.form.to_dict(flat=False), plan())
    command = request.form.get("do", "judge")
    if command in ("judge", "verdict"):
        shown = judged(entry, is_explained=True)
        if command == "verdict":
            return Response(verdict(shown), mimetype="text/html")
        return entry_page("entry.html", entry, shown, action=url_for(".form"))
    downloaded = download(entry, command)
    if downloaded is not None:
        return downloaded
    changed, focus = act(entry, command, plan(), request.form.to_dict(flat=False))
    return entry_page("entry.html", changed, Shown(focus=focus, is_changed=True), action=url_for(".form"))


def _open() -> Response:
    raw, name = sent_file("file")
    if raw is None:
        problem = Problem("bad-request", "Nothing was sent: choose a file.")
        return entry_page("entry.html", empty_entry(plan()), Shown(problem=problem), action=url_for(".form"))
    try:
        file = opened_confined(settings(), Examination(raw=raw, name=name))
    except SubmissionError as error:
        shown = Shown(problem=problem_of(error))
        return entry_page("entry.html", empty_entry(plan()), shown, action=url_for(".form"))
    shown = Shown(more={"not_understood": file.marks})
    return entry_page("entry.html", file.entry, shown, action=url_for(".form"))


def judged(entry: Entry, at: date | None = None, *, is_explained: bool = False) -> Shown:
    """Judge the answers as ``hrcr validate`` would judge their file; where some are at fault there is no verdict.

    The day is the one given, else the one that the form names, else today.
    """
    written = write(addressed(entry, settings().base), plan())
    report, refusal = None, None
    raw = written.graph.serialize(format="nt", encoding="utf-8")
    examination = Examination(raw=raw, name="submission.nt", at=at or day(request.form.get(":at")))
    try:
        report = examine_confined(settings(), replace(examination, is_explained=is_explained and not written.faults))
    except SubmissionError as error:
        refusal = error
    faults = all_faults(written, refusal, plan())
    if not faults:
        return Shown(report=report, was_judged=True)
    known = refusal.mending if refusal is not None else None
    mending = known or (_mending(entry, examination) if is_explained and written.faults else None)
    return Shown(faults=faults, mending=mending, was_judged=True)


def _mending(entry: Entry, examination: Examination) -> Mending | None:
    """Give what mends answers of which some cannot be written as they are."""
    raw = rough(addressed(entry, settings().base), plan()).graph.serialize(format="nt", encoding="utf-8")
    return mending_confined(settings(), replace(examination, raw=raw))


def download(entry: Entry, command: str) -> Response | None:
    """Give the answers as a file when the button asks for one."""
    if command == "workbook":
        return attached(installation().workbook(entry), WORKBOOK, "submission.xlsx")
    if command == "turtle":
        return attached(turtle(entry), TURTLE + "; charset=utf-8", "submission.ttl")
    return None


def turtle(entry: Entry) -> bytes:
    """Write what the answers say as Turtle; answers that are at fault are left out."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in write(addressed(entry, settings().base), plan()).graph:
        graph.add(triple)
    return graph.serialize(format="turtle").encode()


def attached(body: bytes, media_type: str, name: str) -> Response:
    """Give a file to be saved."""
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def entry_page(template: str, entry: Entry, shown: Shown, *, action: str) -> Response:
    """Give the page of a form: its answers, what is to be mended, and how the city stands."""
    layout = lay_out(entry, plan())
    asked = ask(layout, shown.renewal, entry, plan()) if shown.renewal else None
    layout = asked.layout if asked else layout
    listed = list(faults_by_path(((fault.place, fault.sentence) for fault in shown.faults), layout, plan()))
    faults: dict[str, list[str]] = {}
    for path, sentence in listed:
        faults.setdefault(path, []).append(sentence)
    lists = _long_lists(plan())
    marked = {outer for path in faults for outer in _around(path)}
    page = render_template(
        template,
        action=action,
        entry=entry,
        plan=plan(),
        layout=layout,
        asked=asked,
        faults=faults,
        listed=[(path, name_of_path(path, layout), sentence) for path, sentence in listed],
        marked_paths=marked,
        open_paths=marked | set(_around(shown.focus)),
        candidates=_Candidates(layout, list(layout.blocks())),
        longest_select=LONGEST_SELECT,
        long_lists=lists,
        list_of=lambda field: lists[field.options],
        default_language=_usual_language(entry),
        problem=shown.problem,
        problem_heading=shown.problem_heading,
        is_changed=shown.is_changed,
        fields_here=True,
        **verdict_of(shown),
        **shown.more,
    )
    status = KINDS[shown.problem.code].status if shown.problem else 422 if shown.faults else 200
    response = Response(page, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def verdict(shown: Shown) -> str:
    """Give the panel alone."""
    return render_template("entry_verdict.html", fields_here=True, **verdict_of(shown))


def verdict_of(shown: Shown) -> dict[str, object]:
    """Give what the panel of a verdict shows, without links to fields, which are on the page of a form alone."""
    standard = installation().standard
    arranged: ReportView | None = view(shown.report, standard) if shown.report else None
    return {
        "view": arranged,
        "mending": shown.mending,
        "judged_in_vain": shown.was_judged and shown.report is None,
        "outcome_words": OUTCOME_WORDS,
        "notations": {criterion.iri: criterion.notation for criterion in standard.criteria},
    }


def _long_lists(asked: EntryPlan) -> dict[tuple[Option, ...], str]:
    """Name each list that is typed into rather than looked through."""
    found: dict[tuple[Option, ...], str] = {}
    for part in asked.parts.values():
        for each in part.fields:
            if len(each.options) > LONGEST_SELECT:
                found.setdefault(each.options, f"list-{len(found) + 1}")
    return found


def _around(path: str) -> list[str]:
    """Give a path and every path that it lies within."""
    steps = path.split(".")
    return [".".join(steps[: number + 1]) for number in range(len(steps))] if path else []


def name_of_place(place: Place, layout: Layout, asked: EntryPlan) -> str:
    """Name a place of an entry as the form names it."""
    return name_of_path(layout.path_of(place, asked), layout)


def name_of_path(path: str, layout: Layout) -> str:
    """Name a place as the form names it: the titles of the parts around it, and the field."""
    if path == ADDRESS_OF_CITY:
        return "Address of the city"
    names: list[str] = []
    for block in layout.blocks():
        if block.path and (path == block.path or path.startswith(block.path + ".")):
            names.append(f"{block.part.label} {f'“{block.title}”' if block.title else ''}".strip())
        names.extend(slot.field.label for slot in block.slots if _is_of(slot, path))
    return ", ".join(dict.fromkeys(names)) or "The whole"


def _is_of(slot: Slot, path: str) -> bool:
    return path == slot.path or any(item.path == path and item.block is None for item in slot.items)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The parts that a field could point to, beside those that it points to already."""

    layout: Layout
    blocks: Sequence[Block]

    def __call__(self, slot: Slot) -> list[tuple[str, str]]:
        """Give key and title of each."""
        linked = {getattr(item.value, "key", None) for item in slot.links}
        return [
            (block.key, f"{block.part.label}: {block.title or block.key}"[:100])
            for block in self.blocks
            if block.part.name in slot.field.parts and block.key not in linked and block.path != _within(slot.path)
        ]


def _within(slot: str) -> str:
    return slot.rpartition(".")[0]


def _usual_language(entry: Entry) -> str:
    """Give the language that most texts have, English where there is none."""
    found = [
        value.language
        for record in entry.records.values()
        for values in record.values.values()
        for value in values
        if isinstance(value, Text) and value.language
    ]
    return max(sorted(set(found)), key=found.count, default="en")


def anchor(path: str) -> str:
    """Give a path as the identifier of an element."""
    return "f-" + path.replace("[", "-").replace("]", "").replace(":", "").replace(".", "--")


def article(words: str) -> str:
    """Put the indefinite article before English words."""
    return f"{'an' if re.match(r'[aeio]|un(?!i)', words) else 'a'} {words}"


def example_link(name: str) -> str:
    """Give the address of a fictional example."""
    return url_for("pages.example", name=name)


def install(app: Flask) -> None:
    """Give the templates what the form needs."""
    app.jinja_env.filters.update(anchor=anchor, article=article)
    app.jinja_env.globals.update(example_link=example_link, fields_here=False)


def plan() -> EntryPlan:
    """What is asked."""
    return installation().entry_plan
