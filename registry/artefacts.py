"""The published artefacts, read once: ontology, vocabularies, standard, shapes, reference data, examples, questions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from rdflib import Graph, URIRef

from registry.derivation import DerivedValue, read_derived_values
from registry.dossier import merge, part, reference_data, terms_read
from registry.dumps import Described
from registry.entry_plan import EntryPlan, entry_plan
from registry.model import ArtefactFiles, Part
from registry.namespaces import HRC, ORG, RDF
from registry.ports import Syntax
from registry.process import Process, read_process
from registry.profile import Profile, read_profile
from registry.repair_trial import Rules
from registry.standard import Standard, read_standard
from registry.tables import read_tables

PROFILE: Final = "submission"
HOUSE: Final = "house"


@dataclass(frozen=True)
class Artefacts:
    """The files as they were read, and what follows from them."""

    files: ArtefactFiles
    syntax: Syntax

    @cached_property
    def standard(self) -> Standard:
        """The Minimum Commitment Standard."""
        return read_standard(merge([*self.files.standard.values(), *self.files.vocabularies.values()]))

    @cached_property
    def process(self) -> Process:
        """The law of a case: roles, states, time limits and every step that is possible."""
        said = merge(self.files.process.values())
        digest = part("process", said, self.syntax).sha256
        return replace(read_process(merge([said, self.files.vocabularies["standings"]])), digest=digest)

    @cached_property
    def derived_values(self) -> tuple[DerivedValue, ...]:
        """The table of derived values."""
        return read_derived_values(self.standard.graph)

    @cached_property
    def judging_shapes(self) -> Graph:
        """Every shape that judges: all shape files but the profile and the lint of our own house."""
        return merge(graph for name, graph in self.files.shapes.items() if name not in (PROFILE, HOUSE))

    @cached_property
    def mending_shapes(self) -> Graph:
        """The shapes that judge, with those that say what is enough to mend a rule that is a query."""
        return merge([self.judging_shapes, *self.files.repairs.values()])

    @cached_property
    def profile_shapes(self) -> Graph:
        """The data-entry profile."""
        return merge([self.files.shapes[PROFILE], self.files.shapes["prefixes"]])

    @cached_property
    def profile(self) -> Profile:
        """The data-entry profile, read."""
        return read_profile(self.profile_shapes)

    @cached_property
    def entry_plan(self) -> EntryPlan:
        """What an officer is asked: the plan of form and workbook."""
        return self.plan_of(self.profile)

    def plan_of(self, profile: Profile) -> EntryPlan:
        """Give what an officer is asked by a profile, which may be one that leaves something out."""
        return entry_plan(profile, merge(self.files.vocabularies.values()))

    @cached_property
    def rules(self) -> Rules:
        """The judging shapes with what each of them reads."""
        return Rules(self.judging_shapes, self.derived_values, self.standard)

    @cached_property
    def code_lists(self) -> Graph:
        """What the data-entry profile needs beside a submission: the types of the values of code lists."""
        types = Graph()
        for graph in self.files.vocabularies.values():
            types += graph.triples((None, RDF.type, None))
        return reference_data([types], read=terms_read([self.profile_shapes]))

    @cached_property
    def described(self) -> Described:
        """How releases are described: tables, code book and counts."""
        files = self.files
        tables = read_tables(merge(files.tables.values()), merge(files.ontology.values()))
        return Described(tables, files.table_queries, merge(files.catalogue.values()), files.statistics)

    @cached_property
    def reference(self) -> Part:
        """What is merged into every dossier: of standard, vocabularies and organisations, all that rules read."""
        graphs = [*self.files.standard.values(), *self.files.vocabularies.values(), *self._organisations()]
        return part("reference", reference_data(graphs, read=terms_read([self.judging_shapes])), self.syntax)

    def _organisations(self) -> Iterator[Graph]:
        """Give what the register says of organisations and networks themselves, without the sources it names."""
        for name, kind in (("networks", HRC.Network), ("publishers", ORG.Organization)):
            for organisation in self.files.reference.get(name, Graph()).subjects(RDF.type, kind):
                yield self.files.reference[name].cbd(organisation)

    @cached_property
    def held_terms(self) -> frozenset[URIRef]:
        """The terms that only the registry or a third party may state; what is derived is stated by nobody."""
        terms = merge(self.files.ontology.values())
        held = {term for stater in (HRC.ByRegistry, HRC.ByThirdParty) for term in terms.subjects(HRC.statedBy, stater)}
        derived = {HRC.referenceDate, *(row.to_property for row in self.derived_values)}
        return frozenset(URIRef(str(term)) for term in held - derived)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of the standard and of the judging shapes, by name."""
        return {
            "standard": part("standard", merge(self.files.standard.values()), self.syntax).sha256,
            "shapes": part("shapes", self.judging_shapes, self.syntax).sha256,
        }

    @cached_property
    def grounds(self) -> dict[str, str]:
        """SHA-256 of all that judgements of any city rest on, by name: standard, judging shapes, and reference data."""
        return {**self.hashes, self.reference.name: self.reference.sha256}
