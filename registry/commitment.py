"""Commitments to texts that may have to be erased: what stands in the record proves a text, and tells nothing of it."""

import hmac
from hashlib import sha256
from typing import Final

SALT: Final = 16
"""How many bytes of chance a salt has: nobody tries all that there are."""


def commit(salt: str, text: str) -> str:
    """Give the commitment to a text: HMAC-SHA-256 (RFC 2104) under a secret salt, both in lower-case hexadecimal.

    Whoever has salt and text can prove the text; without the salt nobody can find it by trying. Check it with
    ``printf %s "$TEXT" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$SALT``. Raises ValueError for a salt that is
    no hexadecimal number.
    """
    return hmac.new(bytes.fromhex(salt), text.encode("utf-8"), sha256).hexdigest()
