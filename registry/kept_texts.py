"""The nouns of texts that others write: what is kept of one, and what in it may tell of a person; frozen values."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text that may have to be erased: the commitment to it, which the record names; the salt; and the text."""

    digest: str
    salt: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonalMark:
    """Something in a text that may tell of a person: what it looks like, the signs themselves, and where they begin."""

    kind: str
    signs: str = field(repr=False)
    start: int
