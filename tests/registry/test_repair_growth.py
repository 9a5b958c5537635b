"""What is added is a part that lies loose, one of those described, a new one, or an answer."""

from rdflib import URIRef, Variable

from registry.namespaces import DCT, HRC, RDF
from registry.registry import Registry
from registry.repair_edits import NOTHING
from tests.registry.mended import mender, view


def test_a_loose_part_is_linked_before_a_new_one_is_made(registry: Registry) -> None:
    growth = mender(registry, "committed").growth
    (plan,) = growth.view.objects(growth.view.city, HRC.currentPlan, NOTHING)
    (first, *_) = growth.view.objects(plan, HRC.commitment, NOTHING)
    growth.view.said.remove((plan, HRC.commitment, first))
    growth.view.graph.remove((plan, HRC.commitment, first))
    try:
        field = growth.view.field(plan, HRC.commitment, NOTHING)
        assert field is not None
        grown = growth.value(plan, field, None, NOTHING)
        assert grown[0][1] == first
        assert grown[0][0].questions == {}
        assert (grown[-1][1], RDF.type, HRC.Commitment) in grown[-1][0].added
    finally:
        growth.view.said.add((plan, HRC.commitment, first))
        growth.view.graph.add((plan, HRC.commitment, first))


def test_shared_parts_are_chosen_among_those_described(registry: Registry) -> None:
    growth = mender(registry, "committed").growth
    (plan,) = growth.view.objects(growth.view.city, HRC.currentPlan, NOTHING)
    field = growth.view.field(plan, HRC.supportedBy, NOTHING)
    assert field is not None
    chosen = [repair for repair, value in growth.value(plan, field, None, NOTHING) if isinstance(value, Variable)]
    (question,) = chosen[0].questions.values()
    assert {URIRef(option.value) for option in question.options} <= set(
        growth.view.said.subjects(RDF.type, HRC.Evidence)
    )


def test_a_path_is_filled_in_to_its_end(registry: Registry) -> None:
    growth = mender(registry, "declared").growth
    grown = growth.provided([HRC.currentPlan, HRC.commitment], NOTHING)
    assert {HRC.ActionPlan, HRC.Commitment} <= {value for _, _, value in grown[0].added}
    assert growth.provided([HRC.reliesOn], NOTHING) == [NOTHING]


def test_a_list_offers_only_what_fits(registry: Registry) -> None:
    growth = mender(registry, "committed").growth
    (plan,) = growth.view.objects(growth.view.city, HRC.currentPlan, NOTHING)
    field = growth.view.field(plan, HRC.priorityGroup, NOTHING)
    assert field is not None
    ((repair, _),) = growth.value(plan, field, lambda value: str(value).endswith("children"), NOTHING)
    (question,) = repair.questions.values()
    assert [option.value.rsplit("/", 1)[-1] for option in question.options] == ["children"]
    assert growth.value(plan, field, lambda _: False, NOTHING) == []


def test_a_new_part_is_asked_for_what_it_must_have(registry: Registry) -> None:
    growth = mender(registry, "declared").growth
    (repair, *_) = growth.provided([HRC.currentPlan], NOTHING)
    part = registry.entry_plan.parts["ActionPlan"]
    required = {field.iri for field in part.fields if field.is_required}
    whole = growth.completed(repair)
    assert required <= {predicate for _, predicate, _ in whole.added}


def test_the_only_value_of_a_field_is_replaced(registry: Registry) -> None:
    growth = mender(registry, "declared").growth
    (act,) = growth.view.objects(growth.view.city, HRC.reliesOn, NOTHING)
    field = growth.view.field(act, DCT.issued, NOTHING)
    assert field is not None
    ((repair, _),) = growth.value(act, field, None, NOTHING)
    assert {predicate for _, predicate, _ in repair.gone} == {DCT.issued}
    assert view(registry, "declared").said is growth.view.said
