"""Where the quads of a release lie: ``store.json`` in its directory names a SPARQL server, else ``store/`` holds them.

A server takes a release into one of two places, and the release after the next into the same one again. Before that,
the file of whichever release lay there is taken away, so that its embedded store is asked; where it has none, ``held``
is set to false. Whoever asks reads the file again after an answer has arrived (``read_address``): where it still names
the place, nothing was written there before the answer was whole.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from registry.errors import ReleaseError
from registry.store_errors import ReleaseNotInStore

EMBEDDED: Final = "store"
"""The folder of the embedded store in a release's directory."""

STORE_FILE: Final = "store.json"
"""The file in a release's directory; no list of hashes names it, and it is never published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAddress:
    """A place in a SPARQL 1.1 server: where it is asked, takes updates, and has its graphs (Graph Store Protocol).

    ``default_graph`` names the graph that stands for the default graph in a server whose own one cannot (Virtuoso's is
    the union of all); ``named_graphs`` are then those of the release. Whoever asks such a server says both in the text
    of each query that names no dataset (``registry.adapters.sparql_text.with_dataset``).
    """

    query: str
    update: str
    graphs: str
    default_graph: str | None = None
    named_graphs: tuple[str, ...] = ()


def read_address(directory: Path) -> StoreAddress | None:
    """Give where a release lies in a server, None for one in an embedded store.

    Raises ReleaseNotInStore where its place was given to a later release, ReleaseError for a file of another form.
    """
    place = directory / STORE_FILE
    try:
        facts = json.loads(place.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        raise ReleaseError(f"{place} cannot be read: {fault}.") from fault
    address = parse_address(facts)
    if address is None:
        raise ReleaseError(f"{place} does not say where the release lies: query, update and graphs are addresses.")
    if facts.get("held", True) is not True:
        raise ReleaseNotInStore(
            f"Release {directory.name} is no longer in a store that can be asked; its files and dumps are kept."
        )
    return address


def write_address(directory: Path, address: StoreAddress, *, is_held: bool = True) -> None:
    """Say where a release lies, or that it lies there no more, in one atomic and durable step."""
    draft = directory / f".{STORE_FILE}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps({**asdict(address), "held": is_held}, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(directory / STORE_FILE)


def free(directory: Path) -> None:
    """Say that a release lies in no server any more: its embedded store is asked from now on, where it has one."""
    address = read_address(directory)
    if address is not None and (directory / EMBEDDED).is_dir():
        (directory / STORE_FILE).unlink()
    elif address is not None:
        write_address(directory, address, is_held=False)


def parse_address(facts: object) -> StoreAddress | None:
    """Give the address that parsed JSON says, None where it says none."""
    if not isinstance(facts, dict):
        return None
    named = [facts.get(name) for name in ("query", "update", "graphs")]
    default_graph = facts.get("default_graph")
    if not all(isinstance(each, str) and each.startswith(("http://", "https://")) for each in named):
        return None
    if default_graph is not None and not isinstance(default_graph, str):
        return None
    query, update, graphs = map(str, named)
    listed = tuple(map(str, facts.get("named_graphs") or ()))
    return StoreAddress(query=query, update=update, graphs=graphs, default_graph=default_graph, named_graphs=listed)
