"""Submissions that an office is writing: kept version by version, open to colleagues, brought together where two write.

The blueprint knows no accounts: ``install`` is given who asks, as an opaque account and the office it acts for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.confinement import opened_confined
from registry.entering import addressed
from registry.entry import Entry, Fault, Place, Text, Value, empty_entry, write
from registry.entry_form import act, read_form
from registry.entry_layout import entry_title, lay_out, title_of
from registry.entry_versions import Merged, changed_places, from_json, merge, resolve, to_json
from registry.errors import DraftChanged, SubmissionError, UnknownDraft
from registry.model import Draft
from registry.ports import Drafts
from registry.registry import Examination
from registry.renewal import from_text
from registry.workbook_reading import Mark
from server.entry_pages import (
    PAGE_POLICY,
    Shown,
    download,
    entry_page,
    judged,
    name_of_place,
    plan,
    verdict,
)
from server.installed import settings
from server.problems import Problem, problem_of
from server.submissions import MOST_BYTES, sent_file

VERSION: Final = ":version"
_MINE: Final = ":mine"
_BASED: Final = ":based"
TAKE_OVER: Final = "take-over"
HAND_IN: Final = "hand-in"
"""What the button says that saves and leads on to handing in."""

blueprint = Blueprint("drafts", __name__, url_prefix="/drafts")


@dataclass(frozen=True, slots=True)
class Member:
    """Who asks: an opaque account, and the office whose drafts it may open."""

    account: str
    office: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two people changed differently, as people read it."""

    number: int
    name: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def install(app: Flask, drafts: Callable[[], Drafts], member: Callable[[], Member]) -> None:
    """Add the drafts to an application, opened when first asked for; ``member`` says who asks."""
    app.extensions.update(drafts=drafts, member=member)
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    """List the drafts of one's office."""
    return render_template("drafts.html", drafts=kept_drafts().of_office(asker().office))


@blueprint.post("")
def begin() -> AnyResponse:
    """Begin a draft, empty or from a file; where cells of a workbook were not understood, these are shown at once."""
    request.max_content_length = MOST_BYTES
    member, (raw, name) = asker(), sent_file("file")
    file = None if raw is None else opened_confined(settings(), Examination(raw=raw, name=name))
    entry = empty_entry(plan()) if file is None else file.entry
    title = entry_title(entry, plan())
    draft = kept_drafts().begin(to_json(entry), title=title, office=member.office, account=member.account)
    if file is not None and file.marks:
        return _page(draft, entry, Shown(faults=_faults(entry), more={"not_understood": file.marks}))
    return redirect(url_for(".show", identifier=draft.id), 303)


@blueprint.get("/<identifier>")
def show(identifier: str) -> Response:
    """Give a draft to go on with."""
    draft = opened(identifier)
    return _page(draft, from_json(draft.text), Shown())


@blueprint.post("/<identifier>")
def change(identifier: str) -> AnyResponse:
    """Save what was sent, upon the version it was made from, and do what the button says."""
    request.max_content_length = MOST_BYTES
    draft = opened(identifier)
    command = request.form.get("do", "save")
    if command == "resolve":
        return _resolve(draft)
    if command == TAKE_OVER:
        return _take_over(draft)
    sent = request.form.to_dict(flat=False)
    entry = read_form(sent, plan())
    if command == "verdict":
        return Response(verdict(judged(entry, is_explained=True)), mimetype="text/html")
    downloaded = download(entry, command)
    if downloaded is not None:
        return downloaded
    changed, focus = act(entry, command, plan(), sent)
    return _saved(draft, changed, _number(VERSION), command, focus)


def _take_over(draft: Draft) -> AnyResponse:
    """Put a file's answers in the place of those of the version it was made from; a fault changes nothing.

    What is wrong with single values is shown at each, and which cells of a workbook were not understood.
    """
    raw, name = sent_file("file")
    if raw is None:
        return _page(draft, from_json(draft.text), Shown(problem=Problem("bad-request", "Choose a file.")))
    try:
        file = opened_confined(settings(), Examination(raw=raw, name=name))
    except SubmissionError as error:
        return _page(draft, from_json(draft.text), Shown(problem=problem_of(error)))
    return _saved(draft, file.entry, _number(VERSION), TAKE_OVER, "", marks=file.marks)


def _saved(
    draft: Draft, mine: Entry, based_on: int, command: str, focus: str, *, marks: tuple[Mark, ...] = ()
) -> AnyResponse:
    """Save; where somebody else saved meanwhile, bring both together, or ask where they differ in one field.

    Whoever saves while both are brought together is met in the same way.
    """
    together: list[str] = []
    while True:
        title, account = entry_title(mine, plan()), asker().account
        try:
            saved = kept_drafts().save(draft.id, to_json(mine), title=title, account=account, based_on=based_on)
            break
        except DraftChanged as refusal:
            if refusal.version <= based_on:  # the form was made from a version that never was
                raise
        theirs, ancestor = kept_drafts().read(draft.id), _ancestor(draft.id, based_on)
        merged = merge(ancestor, mine, from_json(theirs.text), plan())
        if merged.conflicts:
            return _conflict(theirs, mine, based_on, merged, marks)
        mine, based_on = merged.entry, theirs.version
        layout = lay_out(mine, plan())
        others = changed_places(ancestor, from_json(theirs.text))
        together += [name_of_place(place, layout, plan()) for place in others]
    if command == HAND_IN and not together:
        return redirect(url_for("handing_in.form", identifier=saved.id), 303)
    more: dict[str, object] = {"was_saved": True, "not_understood": marks}
    if together:
        more["brought_together"] = list(dict.fromkeys(together))
    return _page(saved, mine, _shown(mine, command, focus, more))


def _shown(entry: Entry, command: str, focus: str, more: dict[str, object]) -> Shown:
    if command == TAKE_OVER:
        return Shown(faults=_faults(entry), more=more)
    if command != "judge":
        return Shown(focus=focus, more=more)
    return replace(judged(entry, is_explained=True), more=more)


def _faults(entry: Entry) -> tuple[Fault, ...]:
    """Give what is wrong with single values, without judging."""
    return write(addressed(entry, settings().base), plan()).faults


def _ancestor(identifier: str, version: int) -> Entry:
    """Give the version that the form was made from; an empty one where it is no longer kept."""
    try:
        return from_json(kept_drafts().read(identifier, version).text)
    except UnknownDraft:
        return empty_entry(plan())


def _conflict(theirs: Draft, mine: Entry, based_on: int, merged: Merged, marks: tuple[Mark, ...]) -> Response:
    """Show both values of each field that two people changed, and let who saves choose."""
    layout = lay_out(merged.entry, plan())
    titles = {key: title_of(merged.entry, key, plan()) or key for key in merged.entry.records}

    def words(values: tuple[Value, ...]) -> tuple[str, ...]:
        return tuple(
            (f"{value.text} ({value.language})" if value.language else value.text)
            if isinstance(value, Text)
            else titles.get(value.key, value.key)
            for value in values
        )

    differences = [
        Difference(number, name_of_place(conflict.place, layout, plan()), words(conflict.mine), words(conflict.theirs))
        for number, conflict in enumerate(merged.conflicts, start=1)
    ]
    page = render_template(
        "draft_conflict.html",
        draft=theirs,
        action=url_for(".change", identifier=theirs.id),
        differences=differences,
        mine=to_json(mine),
        based=based_on,
        not_understood=marks,
    )
    response = Response(page, 409, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def _resolve(draft: Draft) -> AnyResponse:
    """Save what was chosen on the page of differences; ask again where the draft was saved in the meantime."""
    mine = from_json(request.form.get(_MINE, ""))
    seen = kept_drafts().read(draft.id, _number(VERSION))
    merged = merge(_ancestor(draft.id, _number(_BASED)), mine, from_json(seen.text), plan())
    theirs: frozenset[Place] = frozenset(
        conflict.place
        for number, conflict in enumerate(merged.conflicts, start=1)
        if request.form.get(f"choice-{number}") == "theirs"
    )
    return _saved(draft, resolve(merged, theirs), seen.version, "save", "")


def _page(draft: Draft, entry: Entry, shown: Shown) -> Response:
    origin = kept_drafts().origin(draft.id)
    renewal = from_text(origin) if origin else None
    shown = replace(shown, renewal=renewal, more={**shown.more, "draft": draft, "renewal": renewal})
    response = entry_page("draft.html", entry, shown, action=url_for(".change", identifier=draft.id))
    response.headers["ETag"] = f'"{draft.version}"'
    return response


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not text.isdecimal() or len(text) > 9:
        raise Problem("bad-request", "The form does not say which version of the draft it was made from.")
    return int(text)


def opened(identifier: str) -> Draft:
    """Give a draft of one's own office; to others there is none."""
    draft = kept_drafts().read(identifier)
    if draft.office != asker().office:
        raise UnknownDraft("There is no draft of this name.")
    return draft


def kept_drafts() -> Drafts:
    """Give the drafts of this installation."""
    found: Drafts = current_app.extensions["drafts"]()
    return found


def asker() -> Member:
    """Give who asks."""
    found: Member = current_app.extensions["member"]()
    return found
