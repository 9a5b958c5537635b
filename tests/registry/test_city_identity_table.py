"""The list of candidates as CSV."""

import csv
from io import StringIO

from registry.city_identity import Candidate, Decision, Evidence, Place
from registry.city_identity_table import COLUMNS, identity_csv, state_of


def test_each_candidate_is_a_row_with_its_state() -> None:
    ours = Place(iri="https://example.org/a", source="", names=frozenset({"A, the town"}))
    theirs = Place(iri="https://peer.example/a", source="peer", names=frozenset({'"A"'}))
    decision = Decision(ours=ours.iri, theirs=theirs.iri, is_same=True, reason="Same\ncouncil.")
    one = Candidate(ours=ours, theirs=theirs, evidence=Evidence.NAME, rests_on="A")
    two = Candidate(ours=ours, theirs=theirs, evidence=Evidence.IDENTIFIER, rests_on="geonames:1", decision=decision)
    head, first, second = csv.reader(StringIO(identity_csv([one, two])))
    assert tuple(head) == COLUMNS
    assert dict(zip(COLUMNS, first, strict=True))["state"] == "open"
    assert second[-2:] == ["same", "Same\ncouncil."]
    assert second[1] == "A, the town"
    assert state_of(two) == "same"
