"""Drafts of the standard for tests, made of what is in force."""

import shutil
from pathlib import Path

from registry.adapters.artefact_files import artefact_root


def asks_more(draft: Path) -> Path:
    """Write a draft that asks for a thousand of whatever a deciding shape in force asks for one of."""
    shutil.copytree(artefact_root() / "shapes", draft / "shapes")
    for path in (draft / "shapes").glob("*.ttl"):
        blocks = path.read_text(encoding="utf-8").split("\n\n")
        asked = [_more(block) if "hrc:decides " in block else block for block in blocks]
        path.write_text("\n\n".join(asked), encoding="utf-8")
    return draft


def _more(block: str) -> str:
    return block.replace("sh:minCount 1 ;", "sh:minCount 1000 ;")


def shortens_a_window(draft: Path) -> Path:
    """Write a draft in which what may be 60 months old may be 12 months old at most."""
    shutil.copytree(artefact_root() / "shapes", draft / "shapes")
    path = draft / "shapes" / "windows.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("hrc:cutoff60m", "hrc:cutoff12m"), encoding="utf-8")
    return draft
