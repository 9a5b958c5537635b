"""Text from outside, quoted in one of our sentences."""

from typing import Final

_MOST: Final = 160


def shown(text: object) -> str:
    """Give foreign text as one line that hides nothing: what cannot be printed is escaped, what is long is cut."""
    words = str(text)
    line = "".join(sign if sign.isprintable() else f"\\u{{{ord(sign):X}}}" for sign in words[:_MOST])
    return line + ("…" if len(words) > _MOST else "")
