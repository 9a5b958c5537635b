"""The published artefacts, read once: ontology, vocabularies, standard, shapes, reference data, examples, questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rdflib import Graph, URIRef

from registry.derivation import DerivedValue, read_derived_values
from registry.dossier import merge, part, reference_data
from registry.model import Part
from registry.namespaces import HRC, SH
from registry.ports import Syntax
from registry.standard import Standard, read_standard

PROFILE: Final = "submission"
HOUSE: Final = "house"


@dataclass(frozen=True)
class Artefacts:
    """Graphs by file name, and what follows from them; the loader reads files, nothing here does."""

    ontology: Mapping[str, Graph]
    vocabularies: Mapping[str, Graph]
    standard_files: Mapping[str, Graph]
    shape_files: Mapping[str, Graph]
    reference_files: Mapping[str, Graph]
    city_files: Mapping[str, Graph]
    contexts: Mapping[str, object]
    syntax: Syntax

    @cached_property
    def standard(self) -> Standard:
        """The Minimum Commitment Standard."""
        return read_standard(merge([*self.standard_files.values(), *self.vocabularies.values()]))

    @cached_property
    def derived_values(self) -> tuple[DerivedValue, ...]:
        """The table of derived values."""
        return read_derived_values(self.standard.graph)

    @cached_property
    def judging_shapes(self) -> Graph:
        """Every shape that judges: all shape files but the profile and the lint of our own house."""
        return merge(graph for name, graph in self.shape_files.items() if name not in (PROFILE, HOUSE))

    @cached_property
    def profile_shapes(self) -> Graph:
        """The data-entry profile."""
        return merge([self.shape_files[PROFILE], self.shape_files["prefixes"]])

    @cached_property
    def reference(self) -> Part:
        """What is merged into every dossier: standard, vocabularies, organisations and networks."""
        graphs: Iterable[Graph] = [
            *self.standard_files.values(),
            *self.vocabularies.values(),
            *(self.reference_files[name] for name in ("networks", "publishers") if name in self.reference_files),
        ]
        return part("reference", reference_data(graphs), self.syntax)

    @cached_property
    def held_terms(self) -> frozenset[URIRef]:
        """The terms that only the registry or a third party may state."""
        terms = merge(self.ontology.values())
        held = {term for stater in (HRC.ByRegistry, HRC.ByThirdParty) for term in terms.subjects(HRC.statedBy, stater)}
        return frozenset(URIRef(str(term)) for term in held)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of the standard and of the judging shapes, by name."""
        return {
            "standard": part("standard", merge(self.standard_files.values()), self.syntax).sha256,
            "shapes": part("shapes", self.judging_shapes, self.syntax).sha256,
        }

    def shape_file_of(self, shape: URIRef) -> str | None:
        """Say which shape file defines a shape."""
        return next((name for name, graph in self.shape_files.items() if (shape, SH.message, None) in graph), None)
