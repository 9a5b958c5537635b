"""The one city that a file speaks of: its IRI, or the sentence that says why there is none; pure."""

import re
from typing import Final

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.errors import NotAdmitted, ProfileFault, SubmissionTooLarge
from registry.guard import Limits
from registry.lexical import check_iri, readable
from registry.namespaces import HRC, PREFIXES, RDF, ROOT
from registry.profile import Profile

NO_BASE: Final = "https://no-base.invalid/"
"""What relative IRIs of a file are read against, so that they are known again."""

_ITEM: Final = re.compile(r"/id/([^/]+)/(.*)")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOT_SEGMENT: Final = re.compile(r"/\.{1,2}(?:/|$)")


def legible(term: Node, city: URIRef | None = None) -> str:
    """Write a term as in Turtle, a relative IRI as it was written."""
    if isinstance(term, URIRef) and term.startswith(NO_BASE):
        return readable(URIRef(term.removeprefix(NO_BASE)))
    return readable(term, city=city or "")


def city_of(graph: Graph, profile: Profile, limits: Limits) -> URIRef:
    """Give the city that a parsed file speaks of; raise ProfileFault unless it is exactly one with a fitting IRI."""
    found = sorted(set(graph.subjects(RDF.type, HRC.City)), key=str)
    if not found:
        raise _profile_fault(
            "The file names no city; give the IRI of the municipality the type hrc:City, "
            "as in <https://example.org/id/city/test> a hrc:City ."
        )
    if len(found) > 1:
        names = ", ".join(readable(each) for each in found[:3])
        raise _profile_fault(f"The file names {len(found)} cities ({names}); send one file for each city.")
    city = found[0]
    if not isinstance(city, URIRef):
        raise _profile_fault("The city has no IRI; write one, such as <https://example.org/id/city/test>.")
    try:
        _check_city(city, profile, limits)
    except (NotAdmitted, SubmissionTooLarge) as fault:
        raise _profile_fault(f"{legible(city)} cannot be the IRI of a city: {fault}.") from fault
    return city


def _check_city(city: URIRef, profile: Profile, limits: Limits) -> None:
    if city.startswith(NO_BASE):
        raise NotAdmitted("it is relative; write it in full, or declare it with @base")
    check_iri(city, limits=limits)
    if "#" in city:
        raise NotAdmitted("it has a fragment, and fragments name the parts of a city; leave the # out")
    if _DOT_SEGMENT.search(city):
        raise NotAdmitted("it contains . or .. as a part of its path; write the path out")
    if any(str(term).startswith((f"{city}#", city)) for term in (*PREFIXES.values(), *profile.terms())):
        raise NotAdmitted("it belongs to a vocabulary; use the municipality's own IRI")
    item = _ITEM.search(city)
    if (item or city.startswith(ROOT)) and not (item and item[1] == "city" and _SLUG.fullmatch(item[2])):
        raise NotAdmitted("here the IRI of a city ends in /id/city/ and its name in small letters, digits and hyphens")


def _profile_fault(sentence: str) -> ProfileFault:
    return ProfileFault(sentence, (sentence,))
