"""What each route asks of who comes, as data; a test holds this table to the routes and to what every role gets."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from registry.people import Stage
from registry.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a route asks: nothing (``is_public``: the same for everybody), a step of signing in, or a permission.

    ``is_recent`` asks for a proof of who it is within the last quarter of an hour, which no token gives. ``takes_file``
    lets in a request as large as a file of evidence may be. ``judges`` says that a child process reads or judges a
    submission: it waits its turn with the others that do, and keeps no page waiting.
    """

    is_public: bool = False
    stages: frozenset[Stage] = frozenset()
    permission: Permission | None = None
    is_recent: bool = False
    takes_file: bool = False
    judges: bool = False


PUBLIC: Final = Rule(is_public=True)
"""The same for everybody, and nobody is looked for."""
ANYBODY: Final = Rule()
"""For everybody, but with a form for each alone."""
SIGNING_IN: Final = Rule(stages=frozenset(Stage))
ACTING: Final = Rule(stages=frozenset({Stage.WHOLE}), permission=Permission.SEE_CASES)
"""For who has signed in with a browser: no token takes a step in a case; which steps, the law of a case says."""
HANDING_IN: Final = Rule(stages=frozenset({Stage.WHOLE}), permission=Permission.SUBMIT)
"""For an officer who has signed in with a browser: no token speaks for a city where what is said is public at once."""

_PUBLIC: Final[Mapping[str, str]] = {
    "pages": "home cities instruments rights sdgs sdg networks example problem problems about data accessibility",
    "linked_data": "identifier document vocabulary vocabularies standard_item standard ontology ontology_version "
    "alignments alignments_version shapes shape_file profile profile_version unnamed graphs graph context",
    "releases": "index identifier document file",
    "catalogue": "index void examples",
    "feed": "view page newest archive",
    "descriptor": "show",
    "well_known": "robots sitemap security health",
    "sparql": "endpoint of_release completions",
    "kept_queries": "keep follow",
    "graph_store": "store of_release",
    "limits": "limits",
    "submissions": "form check",
    "case_exports": "export",
    "api": "description check",
    "api_pages": "documentation",
    "entry_pages": "form empty_workbook schema fill",
    "calls": "index show form contribute follow",
    "dossiers": "show document",
    "agreement": "page table",
    "case_feed": "feed last_days",
    "standings": "index show",
    "concerns": "form send follow",
    "spots": "spot_checks",
    "evidence": "links released",
    "identity": "index table",
    "reconciliation": "service suggest proposed preview",
    "trust": "index peer",
    "witness": "add head",
    "mappings": "index query table",
}
"""Blueprint and views; a POST among them changes nothing in anybody's name."""


def _needs(permission: Permission, endpoints: Iterable[str], *, is_recent: bool = False) -> dict[str, Rule]:
    return dict.fromkeys(endpoints, Rule(permission=permission, is_recent=is_recent))


_RULES: Final[Mapping[str, Rule]] = {
    "static": PUBLIC,
    **{f"{blueprint}.{view}": PUBLIC for blueprint, views in _PUBLIC.items() for view in views.split()},
    "sign_in.form": ANYBODY,
    "sign_in.begin": ANYBODY,
    "sign_in.recovery": ANYBODY,
    "sign_in.recover": ANYBODY,
    "sign_in.code_form": Rule(stages=frozenset({Stage.CODE})),
    "sign_in.code": Rule(stages=frozenset({Stage.CODE})),
    "sign_in.enrolment": Rule(stages=frozenset({Stage.ENROL, Stage.WHOLE}), is_recent=True),
    "sign_in.enrol": Rule(stages=frozenset({Stage.ENROL, Stage.WHOLE}), is_recent=True),
    "sign_in.confirmation": Rule(stages=frozenset({Stage.WHOLE})),
    "sign_in.confirm": Rule(stages=frozenset({Stage.WHOLE})),
    "sign_in.prove": Rule(stages=frozenset({Stage.CODE})),
    "sign_in.register": Rule(stages=frozenset({Stage.ENROL, Stage.WHOLE}), is_recent=True),
    "sign_in.confirm_by_passkey": Rule(stages=frozenset({Stage.WHOLE})),
    "sign_in.end": SIGNING_IN,
    "provider.begin": ANYBODY,
    "provider.finish": ANYBODY,
    "provider.confirm": Rule(stages=frozenset({Stage.WHOLE})),
    "provider.link": Rule(stages=frozenset({Stage.WHOLE}), permission=Permission.KEEP_ACCOUNT, is_recent=True),
    **_needs(Permission.KEEP_ACCOUNT, ["provider.unlink", "account.remove_passkey"], is_recent=True),
    **_needs(Permission.SEE_ACCOUNT, ["account.own"]),
    **_needs(Permission.KEEP_ACCOUNT, ["account.declare", "account.withdraw", "account.revoke", "account.password"]),
    **_needs(Permission.KEEP_ACCOUNT, ["account.issue"], is_recent=True),
    **_needs(Permission.SUBMIT, ["drafts.index", "drafts.begin", "drafts.show", "drafts.change"]),
    **_needs(Permission.STEWARD_CASES, ["contributions.index", "contributions.settle"]),
    **dict.fromkeys(["contributions.answer_form", "contributions.answer"], HANDING_IN),
    **dict.fromkeys(["cases.index", "cases.show", "cases.handed_in", "case_changes.show"], ANYBODY),
    **_needs(Permission.SEE_CASES, ["cases.receipt"]),
    "desk.index": ACTING,
    "desk.make_feed": ACTING,
    "desk.feed": ANYBODY,
    **dict.fromkeys(["case_steps.form", "case_steps.act"], ACTING),
    "standing_steps.form": ACTING,
    "standing_steps.act": replace(ACTING, takes_file=True),
    **dict.fromkeys(["handing_in.form", "handing_in.hand_in"], HANDING_IN),
    **_needs(Permission.SUBMIT, ["renewals.begin", "api.renew"]),
    **_needs(Permission.SUBMIT, ["draft_evidence.index", "draft_evidence.file"]),
    **_needs(Permission.SUBMIT, ["api_evidence.sources", "api_evidence.file"]),
    **dict.fromkeys(
        ["draft_evidence.add", "api_evidence.add_file"], Rule(permission=Permission.SUBMIT, takes_file=True)
    ),
    **_needs(Permission.SEE_CASES, ["case_evidence.index", "case_evidence.file"]),
    "case_evidence.form": ACTING,
    "case_evidence.release": Rule(stages=ACTING.stages, permission=Permission.SEE_CASES, takes_file=True),
    **_needs(Permission.SUBMIT, ["api.drafts", "api.begin", "api.draft", "api.replace", "api.discard", "api.judge"]),
    **_needs(Permission.SUBMIT, ["api_cases.hand_in"]),
    **_needs(Permission.SEE_CASES, ["api_cases.cases", "api_cases.case"]),
    **_needs(Permission.KEEP_PEOPLE, ["people.index"]),
    **_needs(Permission.KEEP_PEOPLE, ["people.add", "people.recover", "people.link"], is_recent=True),
    **_needs(Permission.KEEP_PEOPLE, ["people.close", "people.reopen"], is_recent=True),
}

_JUDGING: Final[Mapping[str, str]] = {
    "submissions": "check",
    "entry_pages": "fill",
    "drafts": "begin change",
    "handing_in": "form hand_in",
    "renewals": "begin",
    "api": "check begin renew replace judge",
    "api_cases": "hand_in",
    "case_steps": "form act",
}
"""Blueprint and views that have something read or judged."""

RULES: Final[Mapping[str, Rule]] = {
    **_RULES,
    **{
        endpoint: replace(_RULES[endpoint], judges=True)
        for blueprint, views in _JUDGING.items()
        for endpoint in (f"{blueprint}.{view}" for view in views.split())
    },
}
"""By endpoint."""


def rules_of(routes: Map) -> Callable[[str, str], Rule | None]:
    """Give what finds the rule for the path and method of a WSGI environment; None for what is no route."""
    adapter = routes.bind("")

    def rule_of(path: str, method: str) -> Rule | None:
        try:
            endpoint, _ = adapter.match(path.encode("latin-1").decode(errors="replace"), method)
        except HTTPException:
            return None
        return RULES.get(endpoint)

    return rule_of
