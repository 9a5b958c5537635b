"""The errors about peers stand in the one tree, with codes of their own."""

from registry.errors import NotFound, PortError, RegistryError
from registry.peer_errors import HarvestRefused, HarvestRunning, PeerFault, UnknownPeer


def test_each_has_its_place_and_code() -> None:
    kinds = (PeerFault, UnknownPeer, HarvestRefused, HarvestRunning)
    assert [kind.code for kind in kinds] == ["peer-fault", "unknown-peer", "harvest-refused", "harvest-running"]
    assert all(issubclass(kind, RegistryError) for kind in kinds)
    assert issubclass(UnknownPeer, NotFound)
    assert issubclass(HarvestRunning, PortError)
