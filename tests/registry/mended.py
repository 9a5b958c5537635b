"""Near misses that are judged once, and what is looked at in them."""

from datetime import date
from functools import cache
from pathlib import Path

from registry.model import Dossier
from registry.registry import Examination, Registry
from registry.repair_search import Mender
from registry.repair_view import View

AT = date(2026, 11, 28)
EXAMPLES = Path(__file__).parents[2] / "data" / "examples"


def examination(name: str) -> Examination:
    """Give an example to be examined."""
    return Examination(raw=(EXAMPLES / f"{name}.ttl").read_bytes(), name=f"{name}.ttl", at=AT)


@cache
def dossier(registry: Registry, name: str) -> Dossier:
    """Compose the dossier of an example."""
    return registry.dossier(examination(name))


def view(registry: Registry, name: str) -> View:
    """Give the view on an example."""
    found = dossier(registry, name)
    return View(
        graph=found.graph,
        said=next(part.graph for part in found.parts if part.name == "submission"),
        city=found.city,
        assessment=found.assessment,
        plan=registry.entry_plan,
        table=registry.artefacts.derived_values,
        at=AT,
        shapes=registry.artefacts.mending_shapes,
    )


def mender(registry: Registry, name: str) -> Mender:
    """Give a mender on an example."""
    return Mender.of(view(registry, name))
