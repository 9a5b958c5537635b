"""Passkeys as a second factor: made by who has signed in, used once for each challenge, and never the last to go."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final

from registry.account_errors import AccountError, CredentialsRefused
from registry.account_ports import Accounts, Sessions
from registry.accounts import must_have_second_factor, plain_text
from registry.attempts import Attempts
from registry.passkey_ports import Authenticators, Ceremony, Passkey, Passkeys
from registry.people import Account, Act, Stage
from registry.ports import Clock
from registry.sign_in import Opened, SignIn, Visit

MOST_PASSKEYS: Final = 20
ANSWER: Final = timedelta(minutes=10)
_NOT_ASKED: Final = "The page was open for too long, or was answered already; try again."
_UNKNOWN: Final = "This passkey is none of your account; take another one, or the code of your authenticator."


class PasskeySignIn:
    """Who comes in by a passkey, after the first factor."""

    def __init__(
        self,
        sign_in: SignIn,
        authenticators: Authenticators,
        passkeys: Passkeys,
        accounts: Accounts,
        sessions: Sessions,
        clock: Clock,
    ) -> None:
        """Take the passkeys of these accounts."""
        self._sign_in = sign_in
        self._authenticators = authenticators
        self._passkeys = passkeys
        self._accounts = accounts
        self._sessions = sessions
        self._clock = clock
        self._attempts = Attempts(sessions, clock)

    def of(self, account: Account) -> Sequence[Passkey]:
        """Give the passkeys of an account, the oldest first."""
        return self._passkeys.of(account.id)

    def asked(self, visit: Visit) -> str:
        """Give the options with which a page has a device sign, as JSON; nothing where there is no passkey."""
        known = self.of(visit.account)
        return self._authenticators.request(self._challenge(visit, Ceremony.AUTHENTICATION), known) if known else ""

    def prove(self, visit: Visit, credential: str, *, client: str) -> Opened:
        """Take what a device signed, and go on in a new session; raise CredentialsRefused."""
        account = visit.account
        keys = self._attempts.count(client, account.email)
        challenge = self._answered(visit, Ceremony.AUTHENTICATION)
        passkey = self._passkeys.find(account.id, _identifier(self._authenticators.identifier(credential)))
        if passkey is None:
            raise CredentialsRefused(_UNKNOWN)
        count = self._authenticators.signed(credential, challenge, passkey)
        if not self._passkeys.use(passkey, count, self._clock()):
            raise CredentialsRefused(_NOT_ASKED)
        self._attempts.forgive(keys, wholly=True)
        self._sign_in.sign_out(visit)
        return self._sign_in.open(account, Stage.WHOLE)

    def offered(self, visit: Visit) -> str:
        """Give the options with which a page has a device make a passkey, as JSON."""
        challenge = self._challenge(visit, Ceremony.REGISTRATION)
        return self._authenticators.creation(visit.account, challenge, self.of(visit.account))

    def register(self, visit: Visit, label: str, credential: str, *, client: str) -> Opened:
        """Keep a passkey that a device made under a name, and end all other sessions; raise CredentialsRefused."""
        account, plain = visit.account, plain_text(label, "The name of the passkey")
        keys = self._attempts.count(client, account.email)
        challenge = self._answered(visit, Ceremony.REGISTRATION)
        public = self._authenticators.made(credential, challenge)
        if len(self.of(account)) >= MOST_PASSKEYS:
            raise AccountError(f"An account has at most {MOST_PASSKEYS} passkeys; remove one first.")
        self._passkeys.add(
            Passkey(
                id=_identifier(public.credential),
                account=account.id,
                label=plain,
                public=public,
                created=self._clock(),
            )
        )
        self._attempts.forgive(keys, wholly=True)
        self._record(account, "passkey added")
        self._sessions.close_all(account.id)
        return self._sign_in.open(account, Stage.WHOLE)

    def remove(self, account: Account, identifier: str) -> None:
        """Forget a passkey; raise AccountError when it is the last second factor of who must have one."""
        left = [passkey for passkey in self.of(account) if passkey.id != identifier]
        if not left and account.secret is None and must_have_second_factor(account):
            raise AccountError("This is your only second factor, and your role needs one; set another one up first.")
        if self._passkeys.remove(account.id, identifier):
            self._record(account, "passkey removed")

    def _challenge(self, visit: Visit, ceremony: Ceremony) -> bytes:
        """Give a random challenge of 256 bits and keep it until it is answered (Web Authentication, 13.4.3)."""
        challenge = secrets.token_bytes(32)
        self._passkeys.ask(visit.session.digest, ceremony, challenge, self._clock())
        return challenge

    def _answered(self, visit: Visit, ceremony: Ceremony) -> bytes:
        challenge = self._passkeys.answer(visit.session.digest, ceremony, self._clock() - ANSWER)
        if challenge is None:
            raise CredentialsRefused(_NOT_ASKED)
        return challenge

    def _record(self, account: Account, act: str) -> None:
        self._accounts.record(Act(self._clock(), account.id, act, account.id))


def _identifier(credential: bytes) -> str:
    return sha256(credential).hexdigest()
