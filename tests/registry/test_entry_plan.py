"""The plan asks everything that the profile lists, in its order and words, and nothing else."""

from rdflib import URIRef

from registry.entry_plan import Kind, natural
from registry.namespaces import HRC
from registry.registry import Registry


def test_every_class_and_field_of_the_profile_is_asked_once(registry: Registry) -> None:
    asked = {(part.iri, field.iri) for part in registry.entry_plan.parts.values() for field in part.fields}
    listed = {(kind.iri, each.iri) for kind in registry.profile.classes.values() for each in kind.properties}
    assert asked == listed
    assert {part.iri for part in registry.entry_plan.parts.values()} == set(registry.profile.classes)
    assert sum(len(part.fields) for part in registry.entry_plan.parts.values()) == len(listed)


def test_sections_are_the_groups_in_their_order(registry: Registry) -> None:
    city = registry.entry_plan.city
    assert [section.label for section in city.sections][:4] == [
        "The city",
        "The commitment",
        "Body and responsibility",
        "Action plan",
    ]
    assert [field.name for field in city.sections[0].fields][:2] == ["prefLabel", "country"]


def test_names_of_fields_are_unique_within_their_part(registry: Registry) -> None:
    for part in registry.entry_plan.parts.values():
        names = [field.name for field in part.fields]
        assert len(names) == len(set(names))


def test_every_code_list_offers_its_values_with_their_names(registry: Registry) -> None:
    choices = [
        field for part in registry.entry_plan.parts.values() for field in part.fields if field.kind is Kind.CHOICE
    ]
    assert choices
    assert [field.name for field in choices if not field.options] == []
    country = registry.entry_plan.city.field("country")
    assert country is not None
    assert country.label_of("https://w3id.org/hrcr/vocab/countries/AT") == "Austria"
    assert country.value_of(" aUSTRIA ") == "https://w3id.org/hrcr/vocab/countries/AT"
    assert country.value_of("Nowhere") == "Nowhere"
    for field in choices:
        labels = [option.label.casefold() for option in field.options]
        assert len(labels) == len(set(labels)), field.name


def test_ordered_lists_keep_their_order_and_numbers_count(registry: Registry) -> None:
    completion = registry.entry_plan.parts["CompletionRating"].field("completionLevel")
    target = registry.entry_plan.parts["Commitment"].field("sdgTarget")
    assert completion is not None
    assert target is not None
    assert [option.label for option in completion.options][:2] == ["No evidence available", "Not started"]
    numbers = [option.label.split(" ")[0] for option in target.options]
    assert numbers.index("2.1") < numbers.index("10.1")
    assert "1" not in numbers  # a goal is no target
    assert natural("a10") > natural("a9")


def test_kinds_follow_from_what_a_field_takes(registry: Registry) -> None:
    plan = registry.entry_plan
    kinds = {
        ("City", "prefLabel"): Kind.LANGUAGE_TEXT,
        ("City", "termStart"): Kind.DATE,
        ("City", "departmentCount"): Kind.INTEGER,
        ("City", "contactPage"): Kind.ADDRESS,
        ("City", "currentPlan"): Kind.PART,
        ("Geometry", "asWKT"): Kind.POINT,
        ("Seat", "appointedByMunicipality"): Kind.BOOLEAN,
        ("Seat", "heldBy"): Kind.ADDRESS,
        ("Indicator", "targetValue"): Kind.DECIMAL,
        ("Declaration", "actIdentifier"): Kind.TEXT,
    }
    found = {}
    for part, name in kinds:
        field = plan.parts[part].field(name)
        assert field is not None
        found[part, name] = field.kind
    assert found == kinds
    held_by = plan.parts["Seat"].field("heldBy")
    assert held_by is not None
    assert held_by.parts == ("Organization",)


def test_examples_are_what_one_types(registry: Registry) -> None:
    for part in registry.entry_plan.parts.values():
        for field in part.fields:
            assert not field.example.startswith(('"', "<")), (part.name, field.name)
    term = registry.entry_plan.city.field("termStart")
    assert term is not None
    assert term.example == "2023-10-01"


def test_parts_are_found_by_their_class(registry: Registry) -> None:
    found = registry.entry_plan.part_of_class(URIRef(HRC.ActionPlan))
    assert found is not None
    assert (found.name, found.is_city) == ("ActionPlan", False)
    assert registry.entry_plan.part_of_class(URIRef(HRC.Nothing)) is None
