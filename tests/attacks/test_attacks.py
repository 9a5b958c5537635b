"""Each known way to game the standard, played on the complete example, is stopped, and by which requirement."""

from dataclasses import dataclass

import pytest
from rdflib import RDF, XSD, Literal, URIRef

from registry.errors import NotAdmitted
from registry.model import Outcome
from registry.namespaces import DCAT, DCT, EARL, HRC, ORG, SKOS
from tests.attacks.playing import CITY, Move, Play, part
from tests.examples import example_files as files

EVIDENCE = {f"evidence-for-claims/{level}" for level in ("declared", "committed", "implementing")}
REACHABLE = {f"reachable-evidence/{level}" for level in ("declared", "committed", "implementing")}
WEIGHT = {f"community-weight/{level}" for level in ("committed", "implementing")}
CORROBORATION = {f"independent-corroboration/{level}" for level in ("committed", "implementing")}
PAGE = URIRef("https://velmora.example/")
COMMUNITY_SEATS = ("seat-tenants", "seat-shelter-users", "seat-disability", "seat-newcomers", "seat-residents")
OPEN = ("step-free-offices", "fair-letting", "district-hearings", "school-support", "youth-budget", "plain-letters")
LAST_DAY = Literal("2028-12-31", datatype=XSD.date)
RIGHTS = URIRef("https://w3id.org/hrcr/vocab/rights/")


@dataclass(frozen=True)
class Attack:
    """One attack, what stops it, and the level that is left."""

    name: str
    move: Move
    failed: frozenset[str] = frozenset()
    untested: frozenset[str] = frozenset()
    level: str = "none"

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def organisation(play: Play, name: str) -> URIRef:
    play.said.add((part(name), RDF.type, ORG.Organization))
    play.said.add((part(name), SKOS.prefLabel, Literal(name, lang="en")))
    return part(name)


def one_page_for_all_evidence(play: Play) -> None:
    play.every(HRC.Evidence, DCAT.accessURL, PAGE)


def one_page_for_every_address(play: Play) -> None:
    for subject, predicate, value in list(play.said):
        if isinstance(value, URIRef) and ".example/" in value:
            play.said.set((subject, predicate, PAGE))


def all_evidence_from_one_club(play: Play) -> None:
    play.every(HRC.Evidence, DCT.publisher, organisation(play, "friends-of-velmora"))


def all_evidence_from_two_clubs(play: Play) -> None:
    all_evidence_from_one_club(play)
    play.said.set((part("barometer-2026"), DCT.publisher, organisation(play, "institute-of-friends")))


def clubs_that_the_city_owns(play: Play) -> None:
    all_evidence_from_two_clubs(play)
    play.held.add((part("institute-of-friends"), RDF.type, HRC.RegisteredOrganization))
    play.held.add((part("institute-of-friends"), HRC.mainlyFundedBy, CITY))


def seats_held_by_the_company(play: Play) -> None:
    company = organisation(play, "velmora-services")
    play.said.add((company, HRC.speaksFor, URIRef("https://w3id.org/hrcr/vocab/social-categories/homeless-people")))
    play.each(COMMUNITY_SEATS, HRC.heldBy, company)


def seats_held_by_the_company_in_the_register(play: Play) -> None:
    seats_held_by_the_company(play)
    holding = URIRef("https://example.org/id/organisation/velmora-holding")
    play.held.add((part("velmora-services"), RDF.type, HRC.RegisteredOrganization))
    play.held.add((part("velmora-services"), ORG.subOrganizationOf, holding))
    play.held.add((holding, HRC.controlledBy, CITY))


def holders_of_seats_left_unsaid(play: Play) -> None:
    seats_held_by_the_company(play)
    for name in COMMUNITY_SEATS[1:]:
        play.said.remove((part(name), HRC.heldBy, None))
    play.each(
        COMMUNITY_SEATS, HRC.sector, URIRef("https://w3id.org/hrcr/vocab/member-sectors/civil-society-organisation")
    )


def zero_cost_everywhere(play: Play) -> None:
    for commitment in set(play.said.subjects(RDF.type, HRC.Commitment)):
        play.said.remove((commitment, HRC.budgetLine, None))
        play.said.set((commitment, HRC.zeroCostReason, Literal("Costs nothing.", lang="en")))
    for name in ("housing-first", "street-clinic", "offices", "fair-letting", "schools"):
        play.said.remove((part(f"budget-{name}"), None, None))


def one_euro_everywhere(play: Play) -> None:
    play.every(HRC.BudgetLine, HRC.amount, Literal("1.0", datatype=XSD.decimal))
    play.find_failed("budget/committed", "budget/implementing")


def no_money_at_all(play: Play) -> None:
    play.every(HRC.BudgetLine, HRC.amount, Literal("0.0", datatype=XSD.decimal))


def deadlines_on_the_last_day(play: Play) -> None:
    play.drop(HRC.firstDueDate)
    play.each(OPEN, HRC.dueDate, LAST_DAY)
    not_started = URIRef("https://w3id.org/hrcr/vocab/completion-levels/not-started")
    play.each([f"rating-{name}" for name in OPEN], HRC.completionLevel, not_started)


def deadlines_moved_to_the_last_day(play: Play) -> None:
    for commitment, _, due in list(play.said.triples((None, HRC.dueDate, None))):
        if (commitment, HRC.firstDueDate, None) not in play.said:
            play.said.add((commitment, HRC.firstDueDate, due))
        play.said.set((commitment, HRC.dueDate, LAST_DAY))
    play.each(
        [f"rating-{name}" for name in ("housing-first", "street-clinic", "fair-letting")],
        HRC.completionLevel,
        URIRef("https://w3id.org/hrcr/vocab/completion-levels/limited"),
    )


def first_deadlines_written_later(play: Play) -> None:
    play.each(
        ("school-support", "youth-budget", "plain-letters"), HRC.dueDate, Literal("2026-06-30", datatype=XSD.date)
    )
    open_now = ("street-clinic", "fair-letting", "school-support", "youth-budget", "plain-letters")
    play.each(open_now, HRC.firstDueDate, LAST_DAY)
    limited = URIRef("https://w3id.org/hrcr/vocab/completion-levels/limited")
    play.each([f"rating-{name}" for name in open_now], HRC.completionLevel, limited)


def one_right_for_all(play: Play) -> None:
    play.every(HRC.Commitment, HRC.servesRight, RIGHTS + "life-and-safety")


def any_three_rights(play: Play) -> None:
    rights = ("rest-and-leisure", "property", "freedom-of-religion")
    for number, commitment in enumerate(sorted(play.said.subjects(RDF.type, HRC.Commitment))):
        play.said.set((commitment, HRC.servesRight, RIGHTS + rights[number % 3]))
    play.find_failed("smart-commitments/committed", "smart-commitments/implementing")


def archive_links_instead_of_checks(play: Play) -> None:
    for evidence, _, address in list(play.said.triples((None, DCAT.accessURL, None))):
        play.said.set((evidence, DCAT.accessURL, URIRef(f"https://archive.example/2026/{address}")))
    for check in set(play.held.subjects(RDF.type, HRC.LinkCheck)):
        play.held.remove((check, None, None))


ATTACKS = [
    Attack("one page for all evidence", one_page_for_all_evidence, frozenset(EVIDENCE)),
    Attack(
        "one page for every address", one_page_for_every_address, frozenset(EVIDENCE | {"policy-review/implementing"})
    ),
    Attack("all evidence from one club", all_evidence_from_one_club, untested=frozenset(EVIDENCE | CORROBORATION)),
    Attack("all evidence from two clubs", all_evidence_from_two_clubs, untested=frozenset(EVIDENCE | CORROBORATION)),
    Attack("clubs that the city owns", clubs_that_the_city_owns, untested=frozenset(EVIDENCE | CORROBORATION)),
    Attack(
        "community seats held by a company of nobody knows whom",
        seats_held_by_the_company,
        untested=frozenset(WEIGHT),
        level="Declared",
    ),
    Attack(
        "community seats held by the city's company",
        seats_held_by_the_company_in_the_register,
        failed=frozenset(WEIGHT),
        level="Declared",
    ),
    Attack("holders of seats left unsaid", holders_of_seats_left_unsaid, untested=frozenset(WEIGHT), level="Declared"),
    Attack("zero cost everywhere", zero_cost_everywhere, frozenset({"budget/implementing"}), level="Committed"),
    Attack(
        "one euro everywhere",
        one_euro_everywhere,
        frozenset({"budget/committed", "budget/implementing"}),
        level="Declared",
    ),
    Attack(
        "no money at all", no_money_at_all, frozenset({"budget/committed", "budget/implementing"}), level="Declared"
    ),
    Attack(
        "six of eight deadlines on the last day",
        deadlines_on_the_last_day,
        frozenset({"completion/implementing"}),
        level="Committed",
    ),
    Attack(
        "deadlines moved to the last day",
        deadlines_moved_to_the_last_day,
        frozenset({"completion/implementing"}),
        level="Committed",
    ),
    Attack(
        "first deadlines written later than the deadlines",
        first_deadlines_written_later,
        frozenset({"completion/implementing"}),
        level="Committed",
    ),
    Attack(
        "one right for all commitments",
        one_right_for_all,
        frozenset({"commitments-anchored-in-rights/committed"}),
        level="Declared",
    ),
    Attack(
        "any three rights",
        any_three_rights,
        frozenset({"smart-commitments/committed", "smart-commitments/implementing"}),
        level="Declared",
    ),
    Attack("archive links instead of checks", archive_links_instead_of_checks, untested=frozenset(REACHABLE)),
]


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_is_stopped_by_the_requirements_named_and_no_other(attack: Attack) -> None:
    play = Play()
    attack.move(play)
    report = play.judged()
    assert files.those(report, Outcome.FAILED) == attack.failed
    assert files.those(report, Outcome.UNTESTED, Outcome.CANNOT_TELL, Outcome.INAPPLICABLE) == attack.untested
    assert files.levels(report).reached == attack.level


def finding(play: Play) -> None:
    play.said.add((part("declaration-2018"), HRC.supportedBy, part("finding")))
    for name, value in ((RDF.type, HRC.Finding), (EARL.subject, CITY)):
        play.said.add((part("finding"), name, value))


def stored_copy(play: Play) -> None:
    play.said.add((part("gazette-2018"), HRC.storedCopy, URIRef("https://archive.example/1")))


def article_as_right(play: Play) -> None:
    article = URIRef("https://w3id.org/hrcr/vocab/instruments/universal-declaration-of-human-rights/article-1")
    play.each(["housing-first"], HRC.servesRight, article)


REFUSED = [(finding, "hrc:Finding"), (stored_copy, "hrc:storedCopy"), (article_as_right, "hrc:servesRight")]


@pytest.mark.slow
@pytest.mark.parametrize(("move", "named"), REFUSED, ids=[move.__name__ for move, _ in REFUSED])
def test_an_attack_at_the_door_is_refused_and_the_statement_named(move: Move, named: str) -> None:
    play = Play()
    move(play)
    with pytest.raises(NotAdmitted, match=named):
        play.judged()


@pytest.mark.slow
def test_the_city_that_is_attacked_passes_everything_without_the_attack() -> None:
    report = Play().judged()
    assert set(files.outcomes(report).values()) == {Outcome.PASSED}


def test_every_attack_of_the_list_is_played() -> None:
    assert len({attack.name for attack in ATTACKS}) == 17
    assert len(REFUSED) == 3
    assert all(attack.failed or attack.untested for attack in ATTACKS)
