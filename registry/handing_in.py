"""Handing in: a submission is judged and kept by its SHA-256, and begins a case or goes on with one given back."""

from collections.abc import Callable, Sequence

from registry.case_errors import NotPermitted
from registry.cases import Actor, Command, Particulars
from registry.casework import Casework
from registry.model import Receipt, Report
from registry.ports import Documents, Syntax
from registry.report import assertions
from registry.report_verification import REPORT as REPORT
from registry.report_verification import SUBMISSION as SUBMISSION

Judge = Callable[[bytes], Report]
"""Read and judge the bytes of a submission; raise SubmissionError for what cannot be judged."""


class HandingIn:
    """Taking in what a city hands in."""

    def __init__(self, casework: Casework, documents: Documents, syntax: Syntax, judge: Judge) -> None:
        """Take nothing in yet."""
        self._casework = casework
        self._documents = documents
        self._syntax = syntax
        self._judge = judge

    def __call__(self, raw: bytes, actor: Actor) -> Sequence[Receipt]:
        """Judge a submission, keep it with its report, and hand it in; give the receipts, the last for the handing in.

        The case of the city that is being drafted is gone on with, else one is opened. Raises SubmissionError for what
        cannot be judged, NotPermitted for another city than the actor's, and what ``Casework.act`` raises.
        """
        report = self._judge(raw)
        city = str(report.dossier.city)
        if city != actor.city:
            raise NotPermitted(
                f"The submission is about {city}, and this account acts for {actor.city or 'no city'}; "
                "correct the address of the city, or ask a steward."
            )
        hashes = {SUBMISSION: self._documents.keep(raw), REPORT: keep_report(report, self._documents, self._syntax)}
        name = next((case.name for case in self._casework.cases() if (case.city, case.state) == (city, "draft")), "")
        opened: Sequence[Receipt] = ()
        if not name:
            opened = self._casework.open(Command(name="open", particulars=Particulars(city=city)), actor)
            name = opened[-1].event.envelope.case
        return (*opened, *self._casework.act(name, Command(name="submit", hashes=hashes), actor))


def keep_report(report: Report, documents: Documents, syntax: Syntax) -> str:
    """Keep what the machine said as canonical N-Triples (EARL), and give its SHA-256.

    Whoever judges the same parts again with the same standard and engine gets the same bytes.
    """
    return documents.keep(syntax.canonical(assertions(report)))
