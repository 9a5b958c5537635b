"""The errors about peers stand in the one tree, with codes of their own."""

import pickle
from datetime import timedelta

from registry.errors import NotFound, PortError, RegistryError
from registry.peer_errors import AskedToWait, HarvestRefused, HarvestRunning, HarvestUnfinished, PeerFault, UnknownPeer


def test_each_has_its_place_and_code() -> None:
    kinds = (PeerFault, UnknownPeer, HarvestRefused, HarvestUnfinished, AskedToWait, HarvestRunning)
    assert [kind.code for kind in kinds] == [
        "peer-fault",
        "unknown-peer",
        "harvest-refused",
        "harvest-unfinished",
        "asked-to-wait",
        "harvest-running",
    ]
    assert all(issubclass(kind, RegistryError) for kind in kinds)
    assert issubclass(UnknownPeer, NotFound)
    assert issubclass(HarvestRunning, PortError)


def test_how_long_a_peer_asks_to_wait_comes_through_to_another_process() -> None:
    told = pickle.loads(pickle.dumps(AskedToWait("Later.", timedelta(hours=3))))  # noqa: S301  # our own
    assert (str(told), told.wait) == ("Later.", timedelta(hours=3))
