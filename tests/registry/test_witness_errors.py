"""The errors about witnesses stand in the one tree, with codes of their own."""

from registry import witness_errors
from registry.errors import NotFound, PortError, RegistryError
from registry.witness_errors import HeadMoved, UnknownOrigin, WitnessError, WitnessUnavailable


def test_each_has_its_place_and_code() -> None:
    found = [kind for kind in vars(witness_errors).values() if isinstance(kind, type)]
    own = [kind for kind in found if kind.__module__ == "registry.witness_errors"]
    assert len({kind.code for kind in own if issubclass(kind, RegistryError)}) == len(own) == 10
    assert [kind for kind in own if not issubclass(kind, WitnessError)] == [UnknownOrigin, WitnessUnavailable]
    assert issubclass(UnknownOrigin, NotFound)
    assert issubclass(WitnessUnavailable, PortError)
    assert HeadMoved("moved", size=3).size == 3
