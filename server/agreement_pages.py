"""How far reviewers agree, criterion by criterion, over decided cases: as a page and as CSV."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from flask import Blueprint, Response, render_template

from registry.agreement import Agreement, agreement_by_criterion, agreement_over
from registry.cases import Case
from registry.model import Criterion
from registry.public_dossier import is_decided
from server.public_cases import casework, standard
from server.response_headers import fresh

blueprint = Blueprint("agreement", __name__)

COLUMNS = ("criterion", "iri", "label", "pairs", "observed", "kappa")


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion with the agreement on it."""

    criterion: Criterion
    found: Agreement


@blueprint.get("/agreement")
def page() -> Response:
    """Say how far the first two reviewers of decided cases agree."""
    decided = _decided()
    told = render_template("agreement.html", cases=len(decided), lines=_lines(decided), whole=agreement_over(decided))
    return fresh(Response(told, mimetype="text/html"))


@blueprint.get("/agreement.csv")
def table() -> Response:
    """Give the same as CSV (RFC 4180): shares with four decimals, kappa empty where it says nothing."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for line in _lines(_decided()):
        kappa = "" if line.found.kappa is None else f"{float(line.found.kappa):.4f}"
        rows.writerow(
            (
                line.criterion.notation,
                line.criterion.iri,
                line.criterion.label,
                line.found.pairs,
                f"{float(line.found.observed):.4f}",
                kappa,
            )
        )
    return fresh(Response(text.getvalue(), content_type="text/csv; charset=utf-8; header=present"))


def _decided() -> tuple[Case, ...]:
    return tuple(case for case in casework().cases() if is_decided(case))


def _lines(cases: Sequence[Case]) -> tuple[Line, ...]:
    of_requirement = {str(found.iri): str(found.criterion) for found in standard().requirements}
    found = agreement_by_criterion(cases, of_requirement)
    return tuple(
        Line(criterion, found[str(criterion.iri)]) for criterion in standard().criteria if str(criterion.iri) in found
    )
