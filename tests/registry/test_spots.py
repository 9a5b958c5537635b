"""A place is told by the way from the city, and by its path in the form."""

from rdflib import URIRef

from registry.namespaces import HRC
from registry.registry import Registry
from registry.spots import Spots
from tests.registry.mended import dossier, view


def spots(registry: Registry, titles: dict[str, str] | None = None) -> Spots:
    return Spots.of(view(registry, "committed").said, dossier(registry, "committed").city, registry.entry_plan, titles)


def test_the_way_names_every_part_from_the_city_to_the_field(registry: Registry) -> None:
    found, said = spots(registry), view(registry, "committed").said
    (plan,) = said.objects(found.city, HRC.currentPlan)
    (commitment, *_) = sorted(said.objects(plan, HRC.commitment))
    spot = found.spot(commitment, HRC.dueDate)
    plan_words, commitment_words, field = spot.words.split(" › ")
    assert plan_words.startswith("Action plan “")
    assert commitment_words == found.title(commitment)
    assert field == registry.entry_plan.parts["Commitment"].field("dueDate").label  # type: ignore[union-attr]  # there
    assert spot.path.startswith("currentPlan.commitment[")
    assert spot.path.endswith("].dueDate")


def test_a_value_is_counted_among_those_of_its_field(registry: Registry) -> None:
    found, said = spots(registry), view(registry, "committed").said
    (plan,) = said.objects(found.city, HRC.currentPlan)
    groups = sorted(said.objects(plan, HRC.priorityGroup))
    assert found.spot(plan, HRC.priorityGroup, groups[0]).path == "currentPlan.priorityGroup[1]"


def test_what_is_not_the_city_s_has_no_place(registry: Registry) -> None:
    found = spots(registry)
    assert found.spot(URIRef("https://example.org/elsewhere")).words == ""
    assert found.title(found.city) == ""


def test_a_part_without_a_title_is_called_by_its_kind(registry: Registry) -> None:
    found, said = spots(registry, {}), view(registry, "committed").said
    (plan,) = said.objects(found.city, HRC.currentPlan)
    assert found.title(plan) == "Action plan"
