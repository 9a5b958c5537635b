"""Which parameters of its address the answer to a request depends on: those that the application read."""

from collections.abc import Iterator
from typing import Any, Final

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

READING: Final = "hrcr.reading"
"""Where the environment of a request holds what was read of its parameters, if anybody wants to know."""


class Reading:
    """The names of the parameters that were read; ``is_whole`` when all of them were, or when nobody watches."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.is_whole = True


class Watched(ImmutableMultiDict[str, str]):
    """Parameters that note what is read of them; who goes through all of them has read all."""

    def __init__(self, parameters: MultiDict[str, str], reading: Reading) -> None:
        super().__init__(parameters)
        self._reading = reading

    def __getitem__(self, name: str) -> str:
        """Read one parameter."""
        self._reading.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        """Look whether a parameter is there."""
        self._reading.names.add(str(name))
        return super().__contains__(name)

    def getlist(self, *arguments: Any, **named: Any) -> Any:
        """Read every value of one parameter."""
        self._reading.names.add(str(arguments[0] if arguments else named["key"]))
        return super().getlist(*arguments, **named)

    def __iter__(self) -> Iterator[str]:
        """Go through all names."""
        self._reading.is_whole = True
        return super().__iter__()

    def keys(self) -> Any:
        """Give all names."""
        self._reading.is_whole = True
        return super().keys()

    def values(self) -> Any:
        """Give all first values."""
        self._reading.is_whole = True
        return super().values()

    def lists(self) -> Any:
        """Give all names with their values."""
        self._reading.is_whole = True
        return super().lists()

    def items(self, *arguments: Any, **named: Any) -> Any:
        """Give all names with values."""
        self._reading.is_whole = True
        return super().items(*arguments, **named)

    def __len__(self) -> int:
        """Count the names."""
        self._reading.is_whole = True
        return super().__len__()

    def listvalues(self) -> Any:
        """Give all values."""
        self._reading.is_whole = True
        return super().listvalues()

    def deepcopy(self, *_: Any) -> Any:
        """Give all parameters."""
        self._reading.is_whole = True
        return super().copy()

    def __eq__(self, other: object) -> bool:
        """Compare all parameters."""
        self._reading.is_whole = True
        return super().__eq__(other)

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none, an immutable one has
        """Read all parameters."""
        self._reading.is_whole = True
        return super().__hash__()

    def copy(self) -> Any:
        """Give all parameters."""
        self._reading.is_whole = True
        return super().copy()


class WatchedRequest(Request):
    """A request of Flask that notes which parameters of its address are read."""

    _encoded = b""

    def __init__(self, environ: dict[str, Any], *arguments: Any, **named: Any) -> None:
        """Read a request; from now on nothing was read of its parameters."""
        self._reading: Reading = environ.get(READING) or Reading()
        super().__init__(environ, *arguments, **named)
        self._reading.is_whole = False

    @property
    def query_string(self) -> bytes:
        """Give the parameters as they were sent: who reads this has read all."""
        self._reading.is_whole = True
        return self._encoded

    @query_string.setter
    def query_string(self, encoded: bytes) -> None:
        self._encoded = encoded

    @property
    def args(self) -> MultiDict[str, str]:
        """Give the parameters."""
        if self._args is None:
            before = self._reading.is_whole
            self._args = Watched(super().args, self._reading)
            self._reading.is_whole = before
        return self._args

    _args: Watched | None = None
