"""A draft of the standard read from a directory, beside what is in force; and proof that it can be judged by."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Final

from rdflib import Graph, URIRef

from registry.adapters.artefact_files import bundled_contexts, load_artefacts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.artefacts import Artefacts
from registry.errors import RegistryError
from registry.judgement import composed, judged
from registry.judging_errors import BrokenDraft
from registry.loading import artefacts
from registry.model import ArtefactFiles

_FOLDERS: Final = {
    "standard": Path("ontology/standard"),
    "vocabularies": Path("ontology/vocabularies"),
    "shapes": Path("shapes"),
}
"""What a draft may hold: a folder of it takes the place of the folder in force as a whole."""
_PARTS: Final = fields(ArtefactFiles)


def draft_artefacts(directory: Path) -> Artefacts:
    """Read a draft as it is now; what it does not hold is as in force.

    Raises BrokenDraft, naming the file, when it holds none of the folders or a file of it is no Turtle.
    """
    given = {name: directory / folder for name, folder in _FOLDERS.items() if (directory / folder).is_dir()}
    if not given:
        raise BrokenDraft(
            f"{directory} holds no draft of the standard: none of {', '.join(map(str, _FOLDERS.values()))} is there. "
            "Copy those that the draft changes, whole, and change the copies."
        )
    syntax = OxigraphSyntax(bundled_contexts())
    read = load_artefacts(syntax, directory)
    for name, folder in given.items():
        _demand_readable(folder, getattr(read, name))
    chosen = {field.name: getattr(read if field.name in given else artefacts().files, field.name) for field in _PARTS}
    return Artefacts(ArtefactFiles(**chosen), syntax)


def demand_judgeable(draft: Artefacts, directory: Path, *, at: date, base: str) -> None:
    """Judge a city that says nothing by a draft; raise BrokenDraft when that gives no verdict.

    So every requirement has shapes that report, and the engine that decides takes every shape.
    """
    try:
        city = URIRef(f"{base}id/city/nothing")
        nothing = composed(draft, Graph(), Graph(), city=city, base=base, at=at, desk_profile=False)
        judged(nothing, PyShaclValidator(draft.judging_shapes), draft)
    except RegistryError as fault:
        raise BrokenDraft(f"The draft in {directory} cannot be judged by: {fault}") from fault
    except (AttributeError, KeyError, ValueError) as fault:
        raise BrokenDraft(
            f"The draft in {directory} is incomplete: a level, rank or number that the standard must state is missing "
            f"or no number ({type(fault).__name__}: {fault}). Compare it with the files in force."
        ) from fault


def _demand_readable(folder: Path, graphs: Mapping[str, Graph]) -> None:
    for name in graphs:
        try:
            graphs[name]
        except RegistryError as fault:
            place = next(folder.glob(f"**/{name}.ttl"))
            raise BrokenDraft(f"{place} cannot be read: {fault}") from fault
