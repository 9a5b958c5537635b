"""The complete example as an attacker would change it, judged with what the registry would hold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from registry.model import Report
from registry.namespaces import EARL, HRC, STANDARD
from registry.registry import Examination
from tests.examples import example_files as files

CITY = URIRef("https://example.org/id/city/velmora")


def part(name: str) -> URIRef:
    return URIRef(f"{CITY}#{name}")


@dataclass
class Play:
    """The city's word and what is held, both free to change."""

    said: Graph = field(default_factory=lambda: Graph().parse(files.EXAMPLES / "implementing.ttl"))
    held: Graph = field(default_factory=lambda: Graph().parse(files.EXAMPLES / "held" / "implementing.ttl"))

    def every(self, kind: URIRef, predicate: URIRef, value: Node) -> None:
        """Give every thing of a class one and the same value."""
        for subject in set(self.said.subjects(RDF.type, kind)):
            self.said.set((subject, predicate, value))

    def each(self, names: Iterable[str], predicate: URIRef, value: Node) -> None:
        for name in names:
            self.said.set((part(name), predicate, value))

    def drop(self, predicate: URIRef) -> None:
        self.said.remove((None, predicate, None))

    def find_failed(self, *requirements: str) -> None:
        """Let both reviewers find that these requirements are not met, whatever they found before."""
        tests = [URIRef(f"{STANDARD}{requirement}") for requirement in requirements]
        for test in tests:
            self.held.remove((None, EARL.test, test))
        for reviewer in set(self.held.subjects(RDF.type, HRC.Reviewer)):
            earlier = next(self.held.subjects(EARL.assertedBy, reviewer))
            finding = URIRef(f"{reviewer}/second-look")
            for predicate, value in list(self.held.predicate_objects(earlier)):
                if predicate not in (EARL.test, EARL.result):
                    self.held.add((finding, predicate, value))
            for test in tests:
                self.held.add((finding, EARL.test, test))
            self.held.add((finding, EARL.result, URIRef(f"{finding}#result")))
            self.held.add((URIRef(f"{finding}#result"), EARL.outcome, EARL.failed))
            self.held.add((URIRef(f"{finding}#result"), EARL.info, Literal("The file is not plausible.", lang="en")))

    def _without_loose_ends(self) -> Graph:
        """Leave out what nothing points to any more, since a submission may not carry it."""
        while loose := set(self.said.subjects()) - set(self.said.objects()) - {CITY}:
            for subject in loose:
                self.said.remove((subject, None, None))
        return self.said

    def judged(self) -> Report:
        return files.registry().examine(
            Examination(
                raw=self._without_loose_ends().serialize(format="turtle").encode(),
                name="velmora.ttl",
                held=self.held.serialize(format="turtle").encode(),
                at=files.AT,
            )
        )


Move = Callable[[Play], None]
