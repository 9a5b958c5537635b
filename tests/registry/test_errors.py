"""Every error has its own code, and says itself again after a journey between processes."""

import pickle

import pytest

from registry import errors
from registry.errors import ProfileFault, QueryError, RegistryError, SheetFault, UnreadableSubmission
from registry.sheets import CellPlace


def every(kind: type[RegistryError]) -> set[type[RegistryError]]:
    return {kind} | {found for child in kind.__subclasses__() for found in every(child)}


def test_codes_are_distinct_and_kebab_case() -> None:
    kinds = every(RegistryError)
    codes = [kind.code for kind in kinds if kind.__module__.startswith("registry.") or "code" in vars(kind)]
    assert len(codes) == len(set(codes)) >= 18
    assert all(code.replace("-", "").isalpha() and code == code.lower() for code in codes)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__
    assert not [kind.__name__ for kind in every(RegistryError) if kind.__name__ not in errors.__doc__]


@pytest.mark.parametrize(
    "error",
    [
        UnreadableSubmission("wrong", line=3, column=4),
        ProfileFault("does not fit", ("one", "two")),
        SheetFault("wrong", ((CellPlace("City", 3, 1), "Write it."),)),
        QueryError("wrong", line=1, column=2),
        RegistryError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_pickling(error: RegistryError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
