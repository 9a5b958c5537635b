"""What the pages of cases have in common: who asks, the case as far as they may see it, and what it refers to."""

import logging
from typing import Final

from rdflib import Graph, URIRef

from registry.account_errors import AccountsUnavailable
from registry.accounts import actor_of
from registry.case_links import known_of_links
from registry.cases import ANYBODY, Actor, Case
from registry.confinement import examine_confined
from registry.contributions import received
from registry.dossier import merge
from registry.errors import PortError, UnknownCase, UnknownRecord
from registry.evidence_filing import held_files
from registry.handing_in import REPORT, SUBMISSION
from registry.held_findings import held_findings
from registry.model import Report
from registry.namespaces import DCT, HRC, RDF
from registry.people import Account
from registry.permissions import Permission, may
from registry.ports import Syntax
from registry.positions import CASE
from registry.registry import Examination
from registry.report_verification import Stated, stated_by
from registry.review_table import MachineOutcome, machine_outcomes
from registry.visibility import may_see
from server import access
from server.filing import filing
from server.problems import Problem
from server.public_cases import casework, documents, installation, process, settings
from server.words import local_name

_LONGEST_NUMBER: Final = 9


def actor() -> Actor:
    """Give who asks as the law of a case knows them: anybody when nobody has signed in, or the token is not for it."""
    found = access.identity_or_none()
    return actor_of(found.account) if found is not None and may(found, Permission.SEE_CASES) else ANYBODY


def seen(name: str) -> Case:
    """Give a case by its name in addresses; raise Problem, the same for an unknown one and a hidden one."""
    try:
        case = casework().case(CASE + name)
    except UnknownCase:
        case = None
    if case is None or not may_see(process(), case, actor()):
        raise Problem("unknown-case", "There is no case of this name that you may see.", lists=["/cases"])
    return case


def submission(case: Case) -> bytes | None:
    """Give the submission of a case as it was last handed in; None before, and when it is not kept here."""
    return _document(case, SUBMISSION)


def machine(case: Case) -> dict[str, MachineOutcome]:
    """Give what the machine said of the submission, by requirement; nothing before there is one."""
    raw = _document(case, REPORT)
    return machine_outcomes(Graph().parse(data=raw, format="nt")) if raw else {}


def judged_by(case: Case) -> Stated | None:
    """Give by which rules the machine judged the submission, as its report states them; None without a report."""
    raw = _document(case, REPORT)
    return stated_by(raw) if raw else None


def evidence(case: Case) -> dict[str, str]:
    """Give the evidence that the submission encloses: titles by IRI."""
    raw = submission(case)
    graph = Graph().parse(data=raw, format="turtle", publicID=case.city) if raw else Graph()
    named = {str(node): str(graph.value(node, DCT.title) or local_name(str(node))) for node in _evidence(graph)}
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def report_with_findings(case: Case) -> Report | None:
    """Judge a submission again with what reviewers found, the files kept and the links seen; None without one."""
    raw = submission(case)
    if raw is None:
        return None
    day = casework().now(case).date()
    graph, base = Graph().parse(data=raw, format="turtle", publicID=case.city), settings().base
    files = held_files(graph, filing().files(case.city), base=base)
    held = merge([held_findings(case, base=base), files, known_of_links(settings(), case.name, graph)])
    enclosed = held.serialize(format="nt").encode()
    return examine_confined(
        settings(), Examination(raw=raw, name="submission.ttl", held=enclosed or None, held_name="held.nt", at=day)
    )


def accounts() -> tuple[Account, ...]:
    """Give everybody who has an account, none when the accounts cannot be reached."""
    try:
        return tuple(access.people().registrar.all())
    except AccountsUnavailable as fault:
        logging.getLogger(__name__).warning("the accounts cannot be reached: %s", fault)
        return ()


def number(text: str) -> int:
    """Read a number of a form or an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def syntax() -> Syntax:
    """Give what reads and writes RDF."""
    return installation().artefacts.syntax


def _document(case: Case, role: str) -> bytes | None:
    act = received(case)
    digest = act.hashes.get(role, "") if act else ""
    try:
        return documents().read(digest) if digest else None
    except (UnknownRecord, PortError) as fault:
        logging.getLogger(__name__).warning("%s of %s cannot be read: %s", role, case.name, fault)
        return None


def _evidence(graph: Graph) -> list[URIRef]:
    return [node for node in graph.subjects(RDF.type, HRC.Evidence) if isinstance(node, URIRef)]
