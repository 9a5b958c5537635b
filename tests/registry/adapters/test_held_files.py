"""What one holds nobody else does, until it is let go."""

from pathlib import Path

import pytest

from registry.adapters.held_files import held


def test_a_file_is_held_by_one_at_a_time_and_let_go_even_after_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with held(file, LookupError("held")), pytest.raises(LookupError, match="held"), held(file, LookupError("held")):
        pass
    with pytest.raises(ZeroDivisionError), held(file, LookupError("held")):
        raise ZeroDivisionError
    with held(file, LookupError("held")):
        assert file.exists()
