"""The parts of an installation that public calls need: texts that may have to be erased, and the search in them."""

from typing import Final

from registry.adapters.personal_data import find_personal_data as find_personal_data
from registry.adapters.sql_texts import SqlTexts
from registry.settings import Settings

TEXTS: Final = "texts.sqlite"
"""The file in HRCR_HOME, where no database is named."""


def open_texts(settings: Settings) -> SqlTexts:
    """Open the texts, made when missing: beside the accounts, as not all of them are public."""
    return SqlTexts(settings.private_database(TEXTS))
