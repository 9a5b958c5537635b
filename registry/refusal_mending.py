"""A file that is refused at the door is mended: one repair of all that is refused, proven on a copy before it is shown.

What is refused is looked at as intake does (single statements first, then the data-entry profile). Each change is kept
only if less is refused after it; the repair is whole when nothing is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from rdflib import Graph, URIRef

from registry.artefacts import Artefacts
from registry.corrections import Corrections, Wrong
from registry.entry_plan import EntryPlan
from registry.errors import ProfileFault, SubmissionError, ValidatorError
from registry.intake import Sifted, admit, sift
from registry.mending import Change, Mending, Repair
from registry.ports import Syntax, Validator
from registry.profile import Profile, demand_profile
from registry.repair_edits import NOTHING, answers, applied
from registry.repair_lines import describable, lines
from registry.repair_search import Mender
from registry.repair_view import View
from registry.spots import Spots

_MANY: Final = 4
"""From so many faults on, all are mended at once before each is by itself."""
_LOOKED_AT: Final = 40
"""So many faults of a file are looked at before it is found that none of them can be mended."""
_NO_ASSESSMENT: Final = URIRef("urn:hrcr:no-assessment")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalMender:
    """Mends files that are refused; ``shapes`` are those of the data-entry profile, which the clerk has.

    ``seconds`` bound the search in one file, by ``timer``.
    """

    profile: Profile
    plan: EntryPlan
    shapes: Graph
    code_lists: Graph
    syntax: Syntax
    clerk: Validator
    timer: Callable[[], float]
    seconds: float

    def mend(self, graph: Graph, *, at: date) -> Mending | None:
        """Give what mends a parsed file that is refused; None where nothing was found, or it names no one city."""
        if not self.seconds:
            return None
        end = self.timer() + self.seconds
        try:
            search = _Search(
                self, sift(graph, profile=self.profile, syntax=self.syntax), at, lambda: self.timer() < end
            )
            repair, left = search.best()
        except (SubmissionError, ValidatorError):
            return None
        if repair == NOTHING:
            return None
        return Mending(search.as_written(repair), search.told(repair), is_whole=not left)


def refusal_mender_of(
    artefacts: Artefacts,
    profile: Profile,
    plan: EntryPlan,
    clerk: Validator,
    timer: Callable[[], float],
    seconds: float,
) -> RefusalMender:
    """Give what mends the refused files of an installation; the clerk has the shapes of its profile."""
    return RefusalMender(
        profile=profile,
        plan=plan,
        shapes=artefacts.profile_shapes,
        code_lists=artefacts.code_lists,
        syntax=artefacts.syntax,
        clerk=clerk,
        timer=timer,
        seconds=seconds,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """The search in one file."""

    tools: RefusalMender
    sifted: Sifted
    at: date
    goes_on: Callable[[], bool]

    def best(self) -> tuple[Repair, list[Wrong]]:
        """Give the repair that leaves least refused, and what is left; each step of it leaves less than before."""
        repair, left = NOTHING, self.wrong(NOTHING)
        corrections = self._corrections()
        is_better = True
        while left and is_better and self.goes_on():
            is_better = False
            for tried in self._attempts(corrections, repair, left):
                if not self.goes_on():
                    break
                still = self.wrong(tried)
                if _weight(still) < _weight(left):
                    repair, left, is_better = tried, still, True
                    break
        return repair, left

    def wrong(self, repair: Repair) -> list[Wrong]:
        """Give what is refused after a repair, its questions answered for a trial: statements, else faults of form."""
        graph = applied(repair, self.sifted.graph, answers(repair, at=self.at))
        tools = self.tools
        sifted = sift(graph, profile=tools.profile, syntax=tools.syntax)
        if sifted.refused:
            return [Wrong(*statement) for statement in sifted.refused]
        submission = admit(sifted.graph, "", profile=tools.profile, syntax=tools.syntax)
        try:
            demand_profile(submission.graph, tools.code_lists, tools.clerk)
        except ProfileFault as fault:
            found = [Wrong(each.focus, each.path, each.value, each.shape) for each in fault.results]
            return list({(each.subject, each.predicate, each.value): each for each in found}.values())
        return []

    def told(self, repair: Repair) -> tuple[Change, ...]:
        """Tell the repair line by line."""
        after = applied(repair, self.sifted.graph, answers(repair, at=self.at))
        before = self._spots(self.sifted.graph)
        later = self._spots(after)
        return tuple(lines(repair, before, replace(later, titles=before.titles)))

    def as_written(self, repair: Repair) -> Repair:
        """Give the repair with what is taken out as it stands in the file."""
        written = self.sifted.written
        return replace(repair, gone=frozenset(written.get(each, each) for each in repair.gone))

    def _attempts(self, corrections: Corrections, repair: Repair, left: list[Wrong]) -> Iterator[Repair]:
        if len(left) >= _MANY and left[0].shape is not None:
            together = repair
            for each in left[:_LOOKED_AT]:
                if self.goes_on():
                    together = next(iter(corrections.of(each, together)), together)
            yield together
        for each in left[:_LOOKED_AT]:
            yield from corrections.of(each, repair)

    def _corrections(self) -> Corrections:
        graph = self.sifted.graph
        view = View(
            graph=graph,
            said=graph,
            city=self.sifted.city,
            assessment=_NO_ASSESSMENT,
            plan=self.tools.plan,
            table=(),
            at=self.at,
            shapes=self.tools.shapes,
        )
        return Corrections(Mender.of(view, self.goes_on))

    def _spots(self, graph: Graph) -> Spots:
        city = self.sifted.city
        return Spots.of(describable(graph, city, self.tools.plan), city, self.tools.plan)


def _weight(left: list[Wrong]) -> tuple[int, int]:
    """Weigh what is refused: statements first, as the profile is asked only when all of them are admitted."""
    statements = sum(each.shape is None for each in left)
    return statements, len(left) - statements
