"""The artefacts are read whole, and what follows from them is stable."""

from registry.artefacts import HOUSE, PROFILE, Artefacts
from registry.namespaces import HRC, RDF


def test_the_profile_and_the_house_do_not_judge(artefacts: Artefacts) -> None:
    judging = set(artefacts.judging_shapes.subjects())
    for name in (PROFILE, HOUSE):
        own = {subject for subject in artefacts.files.shapes[name].subjects() if "#" in str(subject)}
        assert own
        assert not own & judging


def test_reference_data_holds_instruments_organisations_and_requirements(artefacts: Artefacts) -> None:
    graph = artefacts.reference.graph
    assert len(set(graph.subjects(RDF.type, HRC.RightsInstrument))) == 49
    assert set(graph.subjects(RDF.type, HRC.RegisteredOrganization))
    assert set(graph.subjects(HRC.obligation, None))


def test_held_terms_are_those_a_city_may_not_state_alone(artefacts: Artefacts) -> None:
    assert {HRC.Finding, HRC.LinkCheck, HRC.RegisteredOrganization, HRC.confirms} <= artefacts.held_terms
    assert HRC.reliesOn not in artefacts.held_terms


def test_hashes_name_standard_and_shapes(artefacts: Artefacts) -> None:
    assert {name: len(digest) for name, digest in artefacts.hashes.items()} == {"standard": 64, "shapes": 64}


def test_judgements_rest_on_reference_data_too(artefacts: Artefacts) -> None:
    assert artefacts.grounds == {**artefacts.hashes, "reference": artefacts.reference.sha256}


def test_every_criterion_has_a_shape_file_of_its_slug(artefacts: Artefacts) -> None:
    slugs = {criterion.slug for criterion in artefacts.standard.criteria}
    assert slugs <= set(artefacts.files.shapes)
    assert set(artefacts.files.shapes) - slugs == {PROFILE, HOUSE, "findings", "matters", "prefixes", "windows"}
