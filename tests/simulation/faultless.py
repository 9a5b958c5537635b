"""A faultless city as it stands on any day: what it can say, and what the registry can hold."""

from collections.abc import Iterable, Iterator
from datetime import date

from tests.simulation.plans import UNITS, confirmed_by_others, indicator_of, plans
from tests.simulation.writing import BY, CITY, ENGLISH, PREFIXES, SITE, day, node, page, part, parts, vocab
from tests.simulation.years import DECLARED, Calendar

_ADOPTED = (
    "universal-declaration-of-human-rights",
    "convention-on-the-rights-of-the-child",
    "international-covenant-on-economic-social-and-cultural-rights",
)
_NETWORK = "<https://example.org/id/network/cities>"
_MEETINGS = (2, 5, 8, 11)
_PAGES = ("gazette", "minutes", "budget-paper", "plan-paper", "statute", "report-paper", "portal")


def submission(calendar: Calendar) -> str:
    """The city's word on that day."""
    said = [_city(calendar), *_normative_base(calendar), *_body(calendar), *plans(calendar), *_government(calendar)]
    said += [*_redress(calendar), *_evaluation(calendar), *_exchange(calendar), *_evidence(calendar)]
    return PREFIXES + "\n" + "\n".join(said)


def held(calendar: Calendar, judged: Iterable[str]) -> str:
    """What the registry holds on that day; ``judged`` are the requirements that reviewers found to be met."""
    return PREFIXES + "\n" + "\n".join([*_register(calendar), *_findings(calendar, judged)])


def _named(kind: str, days: Iterable[date]) -> list[str]:
    return [f"{kind}-{found.isoformat()}" for found in days]


def _board_meetings(calendar: Calendar) -> list[date]:
    return sorted(found for month in _MEETINGS for found in calendar.yearly(month, 10))[-4:]


def _city(calendar: Calendar) -> str:
    return node(
        "",
        "hrc:City",
        'skos:prefLabel "Faultless"@en',
        f"hrc:country {vocab('countries', 'XA')}",
        f"hrc:officialLanguage {ENGLISH}",
        f"hrc:contactPage <{SITE}/rights>",
        f"hrc:termStart {day(calendar.terms[-1])}",
        "hrc:departmentCount 9",
        parts("hrc:reliesOn", "declaration"),
        parts("hrc:act", *_named("reaffirmation", calendar.reaffirmations)),
        parts("hrc:governedBy", "board"),
        parts("hrc:politicalLead", "lead"),
        parts("hrc:responsibleUnit", "office"),
        parts("hrc:currentPlan", calendar.plans[0].name),
        parts("hrc:strategy", "strategy"),
        parts("hrc:nonDiscriminationRule", "rule"),
        parts("hrc:policyReview", *_named("review", calendar.yearly(5, last=3))),
        parts("hrc:contractClause", *_named("clause", calendar.yearly(7))),
        parts("hrc:training", *_named("training", calendar.yearly(9))),
        parts("hrc:communication", *_named("campaign", calendar.yearly(10))),
        parts("hrc:redress", "ombudsperson"),
        parts("hrc:redressStatistics", *_named("figures", calendar.yearly(3))),
        parts("hrc:publicationPage", "page"),
        parts("hrc:contestation", *_named("contestation", calendar.yearly(2))),
        parts("hrc:evaluationSystem", "evaluation-system"),
        parts("hrc:networkMembership", "membership"),
        parts("hrc:peerExchange", *_named("exchange", calendar.yearly(6))),
        parts("hrc:request", *_named("request", calendar.yearly(1, 15, last=1))),
    )


def _normative_base(calendar: Calendar) -> Iterator[str]:
    by_council = parts("hrc:adoptedBy", "council"), f"hrc:actType {vocab('act-types', 'resolution')}", BY
    yield node(
        "declaration",
        "hrc:Declaration",
        f"dct:issued {day(DECLARED)}",
        *by_council,
        'hrc:actIdentifier "2015/31"',
        f"hrc:adoptsAsGuidingNorm {vocab('instruments', *_ADOPTED)}",
        'hrc:scopeClause "Every person who lives in the city is covered."@en',
        'hrc:scopeClausePlace "Article 2"',
        parts("hrc:text", "text"),
    )
    for found, name in zip(calendar.reaffirmations, _named("reaffirmation", calendar.reaffirmations), strict=True):
        restated = f"dct:issued {day(found)}", f'hrc:actIdentifier "{found.year}/60"'
        yield node(name, "hrc:Declaration", *restated, *by_council, parts("hrc:reaffirms", "declaration"))
    yield node("council", "hrc:CompetentBody", f"hrc:bodyKind {vocab('body-kinds', 'elected-council')}")
    yield node("text", "hrc:Text", f"dct:language {ENGLISH}", page("declaration"))


def _body(calendar: Calendar) -> Iterator[str]:
    meetings = _board_meetings(calendar)
    yield node(
        "board",
        "hrc:GoverningBody",
        'skos:prefLabel "Human Rights Board"@en',
        f"dct:issued {day(date(2014, 11, 4))}",
        'hrc:mandate "Steers the commitment."@en',
        f"hrc:foundingAct <{SITE}/board>",
        parts("hrc:seat", "seat-council", "seat-administration", "seat-tenants-union", "seat-roof"),
        parts("hrc:meeting", *_named("meeting", meetings)),
        BY,
    )
    for sector in ("council", "administration"):
        yield node(f"seat-{sector}", "hrc:Seat", f"hrc:sector {vocab('member-sectors', f'municipal-{sector}')}", BY)
    for name, group in (("tenants-union", "tenants"), ("roof", "homeless-people")):
        yield node(
            f"seat-{name}",
            "hrc:Seat",
            f"hrc:sector {vocab('member-sectors', 'civil-society-organisation')}",
            parts("hrc:heldBy", name),
            "hrc:appointedByMunicipality false",
            BY,
        )
        speaks = f"hrc:speaksFor {vocab('social-categories', group)}"
        yield node(name, "org:Organization", f'skos:prefLabel "{name}"@en', speaks)
    present = f"hrc:sectorPresent {vocab('member-sectors', 'municipal-council', 'civil-society-organisation')}"
    for found, name in zip(meetings, _named("meeting", meetings), strict=True):
        minutes = f"hrc:minutes <{SITE}/board/{found}>"
        yield node(name, "hrc:Meeting", f"dct:date {day(found)}", present, minutes, parts("hrc:supportedBy", "minutes"))
    since = f"hrc:startDate {day(calendar.terms[-1])}"
    elected = f"hrc:postKind {vocab('post-kinds', 'elected')}"
    yield node("lead", "org:Post", 'skos:prefLabel "Councillor for human rights"@en', elected, since, BY)
    for unit in ("office", *UNITS):
        staff = "hrc:fullTimeEquivalent 4.0"
        yield node(unit, "org:OrganizationalUnit", f'skos:prefLabel "Department: {unit}"@en', staff, BY)


def _government(calendar: Calendar) -> Iterator[str]:
    year = calendar.at.year
    yield node(
        "budget",
        "hrc:BudgetLine",
        "hrc:amount 400000.0",
        'hrc:currency "EUR"',
        f"hrc:startDate {day(date(year, 1, 1))}",
        f"hrc:endDate {day(date(year, 12, 31))}",
        f"hrc:sourceDocument <{SITE}/budget/{year}>",
        BY,
    )
    carried = parts("hrc:implementsCommitment", f"{calendar.plans[0].name}-commitment-0")
    sectors = f"hrc:policySector {vocab('policy-sectors', 'housing', 'health')}"
    yield node("strategy", "hrc:Strategy", 'dct:title "Housing strategy"@en', sectors, carried, BY)
    since = f"hrc:startDate {day(date(2015, 1, 1))}"
    yield node("rule", "hrc:NonDiscriminationRule", since, "hrc:openList true", page("equality"), BY)
    for found in calendar.yearly(5, last=3):
        yield _dated(
            "review",
            "hrc:PolicyReview",
            found,
            f"hrc:reviewedPolicy <{SITE}/policies/{found.year}>",
            f"hrc:againstInstrument {vocab('instruments', _ADOPTED[1])}",
            f"hrc:reviewOutcome {vocab('review-outcomes', 'changed')}",
        )
    audiences = f"hrc:audience {vocab('audiences', 'officials', 'elected-members')}"
    formats = f"hrc:format {vocab('communication-formats', 'easy-read', 'web')}"
    for found in calendar.yearly(7):
        yield _dated("clause", "hrc:ContractClause", found)
    for found in calendar.yearly(9):
        yield _dated("training", "hrc:TrainingRecord", found, "hrc:participantCount 40", audiences)
    for found in calendar.yearly(10):
        yield _dated("campaign", "hrc:Communication", found, formats)


def _dated(kind: str, of_class: str, found: date, *lines: str) -> str:
    (name,) = _named(kind, [found])
    return node(name, of_class, f"dct:date {day(found)}", *lines, page(name), BY)


def _redress(calendar: Calendar) -> Iterator[str]:
    yield node(
        "ombudsperson",
        "hrc:RedressMechanism",
        f"hrc:independenceType {vocab('independence-types', 'ombudsperson')}",
        "hrc:freeOfCharge true",
        "hrc:openToAllInhabitants true",
        f"hrc:legalBasis <{SITE}/ombudsperson/act>",
        page("ombudsperson"),
        BY,
    )
    for found, name in zip(calendar.yearly(3), _named("figures", calendar.yearly(3)), strict=True):
        yield node(
            name,
            "hrc:RedressStatistics",
            f"hrc:periodStart {day(date(found.year - 1, 1, 1))}",
            f"hrc:periodEnd {day(date(found.year - 1, 12, 31))}",
            "hrc:casesReceived 142",
            "hrc:casesClosed 150",
            parts("hrc:breakdown", "breakdown"),
            page(name),
            BY,
        )
    yield node("breakdown", "hrc:Breakdown", f"hrc:onGround {vocab('grounds', 'disability')}", "hrc:cases 31")
    kinds = vocab("publication-kinds", "declaration", "plan", "budget", "minutes", "reports")
    licence = "dct:license <https://creativecommons.org/licenses/by/4.0/>"
    yield node("page", "hrc:PublicationPage", f"hrc:leadsTo {kinds}", licence, page("rights"), BY)
    for found, name in zip(calendar.yearly(2), _named("contestation", calendar.yearly(2)), strict=True):
        on = f"dct:date {day(found)}"
        submissions = f"hrc:submissionsPage <{SITE}/said/{found.year}>"
        reply = f"hrc:response <{SITE}/answers/{found.year}>"
        statement = parts("hrc:setbackStatement", f"{name}-setbacks")
        yield node(name, "hrc:ContestationRecord", on, submissions, reply, statement, BY)
        signed = 'hrc:signedByPost "Head of the human rights office"'
        yield node(f"{name}-setbacks", "hrc:SetbackStatement", on, "hrc:noneReported true", signed)


def _evaluation(calendar: Calendar) -> Iterator[str]:
    yield node(
        "evaluation-system",
        "hrc:EvaluationSystem",
        parts("hrc:indicator", "structural", "process", indicator_of(calendar.plans[0])),
        parts("hrc:evaluator", "evaluator-city", "evaluator-tenants"),
        parts("hrc:evaluation", *_named("evaluation", calendar.yearly(11))),
        BY,
    )
    for kind in ("structural", "process"):
        yield node(kind, "hrc:Indicator", f"hrc:indicatorType {vocab('indicator-types', kind)}")
    sector = vocab("member-sectors", "municipal-administration")
    yield node("evaluator-city", "hrc:Evaluator", f"hrc:sector {sector}")
    sector = vocab("member-sectors", "civil-society-organisation")
    yield node("evaluator-tenants", "hrc:Evaluator", f"hrc:sector {sector}", parts("hrc:heldBy", "tenants-union"))
    for found in calendar.yearly(11):
        yield _dated("evaluation", "hrc:Evaluation", found)


def _exchange(calendar: Calendar) -> Iterator[str]:
    since = f"hrc:startDate {day(date(2016, 1, 1))}"
    yield node("membership", "hrc:NetworkMembership", f"hrc:network {_NETWORK}", since, BY)
    for found in calendar.yearly(6):
        yield _dated("exchange", "hrc:PeerExchange", found, "hrc:partnerCity <https://example.org/id/city/partner>")
    for found in calendar.yearly(1, 15, last=1):
        yield _dated(
            "request",
            "hrc:AssessmentRequest",
            found,
            f"hrc:requestedBy {vocab('requesting-offices', 'mayor')}",
            'hrc:contactOffice "Human rights office"@en',
            "hrc:acceptsStandard <https://w3id.org/hrcr/standard/1.0.0>",
        )


def _evidence(calendar: Calendar) -> Iterator[str]:
    read = f"hrc:retrieved {day(calendar.at)}"
    for name in _PAGES:
        issued = f"dct:issued {day(calendar.yearly(3, 10)[-1])}"
        yield node(name, "hrc:Evidence", issued, read, parts("dct:publisher", "municipality"), page(name))
    yield node(
        "university-report",
        "hrc:Evidence",
        f"hrc:evidenceTopic {vocab('evidence-topics', 'body', 'participation', 'results')}",
        f"dct:issued {day(calendar.yearly(6, 30)[-1])}",
        read,
        parts("dct:publisher", "university"),
        "dcat:accessURL <https://university.example/report>",
    )
    for name in ("municipality", "university"):
        yield node(name, "org:Organization", f'skos:prefLabel "{name}"@en')
    yield f"{part('declaration')} {parts('hrc:supportedBy', *_PAGES, 'university-report')} .\n"


def _register(calendar: Calendar) -> Iterator[str]:
    lately = f"dct:date {day(calendar.at.replace(day=1))}"
    yield f'{part("")} hrc:legalIdentifier "XA-0042" ;\n    hrc:competence {vocab("policy-sectors", "housing")} .\n'
    yield f"{part('text')} hrc:storedCopy <https://example.org/copy/1> .\n"
    yield f'<https://example.org/copy/1> a hrc:StoredCopy ;\n    {lately} ;\n    hrc:sha256 "{"0" * 64}" .\n'
    for name in ("tenants-union", "roof", "university"):
        yield node(name, "hrc:RegisteredOrganization")
    yield node("municipality", "hrc:RegisteredOrganization", f"hrc:controlledBy <{CITY}>")
    yield f"{_NETWORK} a hrc:Network , hrc:RegisteredOrganization .\n"
    for name in (*_PAGES, "university-report"):
        yield (
            f"<https://example.org/check/{name}> a hrc:LinkCheck ;\n    hrc:checks {part(name)} ;\n"
            f"    hrc:httpStatus 200 ;\n    {lately} .\n"
        )
    yield (
        f"<https://example.org/confirmation/1> a hrc:NetworkConfirmation ;\n    dct:publisher {_NETWORK} ;\n"
        f"    hrc:confirmsMembership {part('membership')} ;\n    {lately} .\n"
    )
    read = f"hrc:stance {vocab('stances', 'supports')}"
    yield f"{part('university-report')} {read} ;\n    hrc:confirms {confirmed_by_others(calendar)} .\n"


def _findings(calendar: Calendar, judged: Iterable[str]) -> Iterator[str]:
    tests = " , ".join(f"<{requirement}>" for requirement in judged)
    on = f"dct:date {day(calendar.yearly(1, 20)[-1])}"
    for number in (1, 2):
        reviewer, finding = f"<https://example.org/reviewer/{number}>", f"https://example.org/finding/{number}"
        institute = f"<https://example.org/id/organisation/institute-{number}>"
        yield f"{reviewer} a hrc:Reviewer ;\n    hrc:conflictOfInterest false ;\n    hrc:affiliation {institute} .\n"
        yield (
            f"<{finding}> a hrc:Finding ;\n    earl:subject <{CITY}> ;\n    earl:test {tests} ;\n"
            f"    earl:assertedBy {reviewer} ;\n    earl:mode earl:manual ;\n    earl:result <{finding}#result> ;\n"
            f"    {on} .\n"
        )
        yield f'<{finding}#result> earl:outcome earl:passed ;\n    earl:info "The documents bear it out."@en .\n'
