"""The links of submissions whose cases are open: looked at with those of a release, kept from it, read by rules."""

import logging
from contextlib import closing
from typing import Final

from rdflib import Graph, URIRef

from registry.adapters.sql_link_visits import SqlLinkVisits
from registry.case_wiring import open_documents
from registry.cases import Case
from registry.contributions import submission_of
from registry.errors import RegistryError
from registry.evidence_model import Link
from registry.evidence_wiring import VISITS
from registry.ledger_wiring import open_casework, open_ledger
from registry.link_facts import facts, links_of
from registry.loading import artefacts
from registry.namespaces import ROOT
from registry.ports import Documents
from registry.settings import Settings

_MOST_TRIPLES: Final = 1_000_000


def links_of_open_cases(settings: Settings) -> tuple[Link, ...]:
    """Give every link that the last submission of each open case names; a submission that cannot be read has none.

    Raises what ``open_ledger`` raises, and PortError when the documents cannot be reached.
    """
    with closing(open_ledger(settings)) as ledger, closing(open_documents(settings)) as documents:
        work = open_casework(settings, ledger)
        closed = work.closed()
        return tuple(link for case in work.cases() if case.name not in closed for link in _links(case, documents))


def known_of_links(settings: Settings, case: str, submission: Graph) -> Graph:
    """Give what the last visits to the links of a submission found, as rules read it; nothing before the first.

    It stands in no ledger and in no release: a submission is its city's until the law of a case makes it public.
    """
    place = settings.home / VISITS
    if not place.is_file():
        return Graph(bind_namespaces="none")
    links = _links_of(case, submission)
    with closing(SqlLinkVisits(place)) as visits:
        return facts(links, visits.of({link.address for link in links}), base=settings.base)


def _links(case: Case, documents: Documents) -> list[Link]:
    digest = submission_of(case)
    if digest is None:
        return []
    try:
        raw = documents.read(digest)
        graph = artefacts().syntax.parse(raw, "text/turtle", base=case.city, most_triples=_MOST_TRIPLES)
    except RegistryError as fault:
        logging.getLogger(__name__).warning("the submission of %s cannot be read: %s", case.name, fault)
        return []
    return _links_of(case.name, graph)


def _links_of(case: str, submission: Graph) -> list[Link]:
    return list(links_of(URIRef(f"{ROOT}graph/{case}"), submission))
