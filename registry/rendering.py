"""A report in the forms people and programs ask for; the words stand in templates."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from registry.comparison import Comparison
from registry.errors import ProfileFault, SubmissionError
from registry.impact import Impact
from registry.mending import Change, Explanation, Mending
from registry.model import Criterion, Outcome, Report, Requirement, RequirementOutcome
from registry.namespaces import HRC, PREFIXES, RDF, SKOS, STANDARD
from registry.reminders import Reminder
from registry.repair_json import explanation_json, mending_json
from registry.report import ReportView, report_graph, view
from registry.standard import Standard, text_of

FORMS: Final = ("text", "json", "turtle", "html")

OUTCOME_WORDS: Final[Mapping[Outcome, str]] = {
    Outcome.PASSED: "demonstrated",
    Outcome.FAILED: "missing",
    Outcome.CANNOT_TELL: "cannot tell",
    Outcome.INAPPLICABLE: "inapplicable",
    Outcome.UNTESTED: "untested",
}


def render(report: Report, standard: Standard, form: str, *, name: str) -> str:
    """Render a report as ``text``, ``json``, ``turtle`` or ``html``; ``name`` is what was judged, as people know it."""
    arranged = view(report, standard)
    if form == "json":
        return json.dumps(_json(arranged, name), indent=2, ensure_ascii=False) + "\n"
    if form == "turtle":
        return _turtle(report)
    template = _environment(escape=form == "html").get_template("report.html" if form == "html" else "report.txt")
    return template.render(
        view=arranged,
        name=name,
        outcome_words=OUTCOME_WORDS,
        slug=slug_of,
        notations={criterion.iri: criterion.notation for criterion in standard.criteria},
    )


def refusal_text(refusal: SubmissionError, *, name: str) -> str:
    """Say in plain text why a file was refused, and what mends it where that was found."""
    return (
        _environment(escape=False)
        .get_template("refusal.txt")
        .render(name=name, refusal=refusal, mending=refusal.mending)
    )


def refusal_json(refusal: SubmissionError, *, name: str) -> str:
    """Give a refusal as JSON: its code, its sentences, and the repair of the file, null where none was found."""
    faults = list(refusal.faults) if isinstance(refusal, ProfileFault) else []
    told = {
        "name": name,
        "refused": refusal.code,
        "detail": str(refusal).partition("\n")[0],
        "faults": faults,
        "repair": None if refusal.mending is None else mending_json(refusal.mending),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def change_sentence(change: Change, mending: Mending) -> str:
    """Tell one change of a repair as a sentence to be read at its place."""
    module = _environment(escape=False).get_template("changes.txt").module
    words = " ".join(str(module.here(change, mending)).split())  # type: ignore[attr-defined]  # a macro of the template
    return f"To mend it, {words}."


def criterion_text(criterion: Criterion, standard: Standard) -> str:
    """Give all about one criterion as plain text."""
    graph = standard.graph
    thresholds = sorted(
        {
            (text_of(graph, found, SKOS.prefLabel), text_of(graph, found, RDF.value), text_of(graph, found, HRC.ground))
            for requirement in criterion.requirements
            for found in graph.objects(requirement.iri, HRC.threshold)
        }
    )
    rationale = text_of(graph, criterion.iri, HRC.rationale)
    template = _environment(escape=False).get_template("criterion.txt")
    return template.render(criterion=criterion, thresholds=thresholds, rationale=rationale)


def reminder_text(reminders: Sequence[Reminder], *, desk: str) -> tuple[str, str]:
    """Give the subject and the text of a letter that reminds somebody; ``desk`` is the address of their desk."""
    written = _environment(escape=False).get_template("reminder.txt").render(reminders=reminders, desk=desk)
    subject, _, text = written.partition("\n\n")
    return subject.strip(), text


def standard_text(standard: Standard) -> str:
    """Give the list of criteria and requirements as plain text."""
    return _environment(escape=False).get_template("standard.txt").render(standard=standard)


def comparison_text(found: Comparison) -> str:
    """Give what changed between two releases as plain text."""
    words = {str(outcome): text for outcome, text in OUTCOME_WORDS.items()}
    return _environment(escape=False).get_template("comparison.txt").render(found=found, words=words)


def impact_page(impact: Impact) -> str:
    """Give what a draft of the standard would change as a page."""
    environment = _environment(escape=True)
    environment.filters["slug"] = lambda iri: str(iri).removeprefix(str(STANDARD))
    words = {str(outcome): text for outcome, text in OUTCOME_WORDS.items()}
    return environment.get_template("impact.html").render(impact=impact, words=words)


def slug_of(requirement: Requirement) -> str:
    """Give ``criterion/level`` as people type it."""
    return str(requirement.iri).removeprefix(str(STANDARD))


@cache
def _environment(*, escape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("registry", "templates"),
        autoescape=escape,  # noqa: S701  # off for plain text only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["anchor"] = str
    environment.globals.update(example_link=lambda _name: "", fields_here=False)
    environment.filters["address"] = str  # away from a server an item's address is its IRI
    return environment


def _turtle(report: Report) -> str:
    graph = report_graph(report)
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.serialize(format="turtle")


def _json(arranged: ReportView, name: str) -> dict[str, object]:
    report = arranged.report
    return {
        "name": name,
        "city": str(report.dossier.city),
        "referenceDate": report.dossier.reference_date.isoformat(),
        "deskProfile": report.dossier.is_desk_profile,
        "standard": report.standard_version,
        "engine": report.engine,
        "level": report.level.label if report.level else None,
        "machineLevel": report.machine_level.label if report.machine_level else None,
        "requirements": [
            _requirement(found, arranged.explanations.get(found.requirement.iri)) for found in report.outcomes
        ],
        "nextSteps": [
            {
                "message": step.remark.message,
                "clears": [slug_of(cleared) for cleared in step.clears],
                "opens": step.opens.label if step.opens else None,
            }
            for step in arranged.steps
        ],
        "waiting": [slug_of(found.requirement) for found in arranged.waiting],
        "hashes": dict(sorted(report.hashes.items())),
    }


def _requirement(found: RequirementOutcome, explanation: Explanation | None) -> dict[str, object]:
    explained = {"explanation": explanation_json(explanation, found.requirement)} if explanation else {}
    return {
        "requirement": str(found.requirement.iri),
        "label": found.requirement.label,
        "level": found.requirement.level.label,
        "obligation": found.requirement.obligation,
        "outcome": str(found.outcome),
        "remarks": [
            {"shape": str(remark.shape), "message": remark.message, "value": remark.value} for remark in found.remarks
        ],
        **explained,
    }
