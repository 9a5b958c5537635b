"""Signing in with an account at an identity provider: only identities that were linked to an account here let in.

What a browser is sent with (state, nonce, PKCE verifier) is made from one secret that only its cookie holds, and each
request is answered once. No account is made, and no e-mail address is compared.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from registry.account_errors import AccountError, CredentialsRefused
from registry.account_ports import Accounts, Sessions
from registry.accounts import RECENT, RECOVERY, UNFINISHED, refuse_oneself, stage_after_provider
from registry.attempts import Attempts
from registry.people import Account, Act, Stage
from registry.ports import Clock
from registry.provider_ports import (
    LONGEST_SUBJECT,
    AuthenticationRequest,
    Awaited,
    Link,
    Links,
    Proof,
    Provider,
    Purpose,
    is_subject,
)
from registry.sign_in import Opened, SignIn, Visit, digest_of

RETURN: Final = "account/provider/return"
"""Where a provider sends browsers back to, below the address of the site."""
_SKEW: Final = timedelta(minutes=1)
_LONGEST_WISH: Final = 2000


@dataclass(frozen=True, slots=True)
class Begun:
    """The secret that the browser's cookie shall hold until it comes back, and the address to send it to."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finished:
    """A new session, what it was for, and where somebody wanted to go."""

    opened: Opened
    purpose: Purpose
    wish: str


class ProviderSignIn:
    """Who comes in by the word of one identity provider."""

    def __init__(
        self,
        sign_in: SignIn,
        provider: Provider,
        links: Links,
        accounts: Accounts,
        sessions: Sessions,
        clock: Clock,
        *,
        site: str,
        accepted: Collection[str] = (),
    ) -> None:
        """Take the word of a provider; ``accepted`` are the means of proof that count as a second factor."""
        self._sign_in = sign_in
        self._provider = provider
        self._links = links
        self._accounts = accounts
        self._clock = clock
        self._attempts = Attempts(sessions, clock)
        self._redirect = site + RETURN
        self._accepted = frozenset(accepted)

    @property
    def name(self) -> str:
        """What people call the provider."""
        return self._provider.name

    def begin(
        self, purpose: Purpose, *, client: str, wish: str = "", visit: Visit | None = None, code: str = ""
    ) -> Begun:
        """Give where a browser goes; raise TooManyRequests, ProviderUnavailable.

        To confirm or link takes the ``visit`` of who has signed in; to link takes the ``code`` that they were given,
        and raises CredentialsRefused for any other.
        """
        self._attempts.count_client(client)
        now, digest = self._clock(), digest_of(code.strip()) if purpose is Purpose.LINK else None
        account = visit.account.id if visit is not None and purpose is not Purpose.SIGN_IN else None
        if digest is not None and not (account and self._links.expects(account, digest, now)):
            raise CredentialsRefused(
                "The code is not the one that was given to you, was used before, or is older than three days."
            )
        secret = secrets.token_urlsafe(32)
        address = self._provider.address(self._request(secret, purpose))
        self._links.purge(now - UNFINISHED)
        self._links.begin(
            Awaited(
                digest=digest_of(secret),
                purpose=purpose,
                begun=now,
                wish=wish if len(wish) <= _LONGEST_WISH else "",
                account=account,
                code=digest,
            )
        )
        return Begun(secret, address)

    def finish(self, secret: str, answer: Mapping[str, str], *, client: str, visit: Visit | None) -> Finished:
        """Let in whom the provider vouches for; ``answer`` is what it sent the browser back with.

        Raises CredentialsRefused, AccountError when an identity cannot be linked, ProviderUnavailable.
        """
        state = answer.get("state", "")
        if not secret or not hmac.compare_digest(_made(secret, "state").encode(), state.encode("utf-8", "replace")):
            raise CredentialsRefused("This browser did not ask for that, or has forgotten it; begin again here.")
        awaited = self._links.take(digest_of(secret))
        if awaited is None or self._clock() >= awaited.begun + UNFINISHED:
            raise CredentialsRefused("This was answered already, or took longer than ten minutes; begin again here.")
        proof = self._provider.proof(self._request(secret, awaited.purpose), answer)
        if awaited.purpose is Purpose.LINK:
            opened = self._linked(awaited, proof, visit)
        else:
            opened = self._let_in(awaited, proof, visit)
        self._attempts.forgive_client(client)
        return Finished(opened, awaited.purpose, awaited.wish)

    def link_code(self, account: Account, *, actor: str | None = None) -> str:
        """Give a code with which a person links an identity while signed in; its hash is kept, for three days."""
        refuse_oneself(account, actor)
        code = secrets.token_hex(10)
        self._links.expect(account.id, digest_of(code), self._clock() + RECOVERY)
        self._record(account.id, "code to link an identity given", actor)
        return code

    def link(self, account: Account, subject: str) -> None:
        """Link an identity by its subject, for the operator; raise AccountError for one that cannot be linked."""
        plain = subject.strip()
        if not is_subject(plain) or not plain.isprintable():
            raise AccountError(f"A subject has 1 to {LONGEST_SUBJECT} ASCII characters; copy it from the provider.")
        self._link(account.id, plain, None, actor=None)

    def unlink(self, account: Account, *, actor: str | None) -> bool:
        """Forget the identity of an account; give whether there was one."""
        is_gone = self._links.unlink(account.id, self._provider.issuer)
        if is_gone:
            self._record(account.id, "identity unlinked", actor)
        return is_gone

    def links_of(self, account: Account) -> Sequence[Link]:
        """Give the identities of an account at this provider."""
        return [link for link in self._links.of(account.id) if link.issuer == self._provider.issuer]

    def _let_in(self, awaited: Awaited, proof: Proof, visit: Visit | None) -> Opened:
        identifier = self._links.account_of(proof.issuer, proof.subject)
        account = self._accounts.find(identifier) if identifier is not None else None
        if account is None or not account.is_active:
            raise CredentialsRefused(
                f"Your account of {self.name} is linked to no open account here; sign in with your password, and ask a "
                "steward for a code to link it."
            )
        if awaited.purpose is Purpose.CONFIRM:
            if account.id != awaited.account:
                raise CredentialsRefused(f"Your account of {self.name} is linked to another account than this one.")
            self._demand_fresh(awaited, proof)
        stage = stage_after_provider(account, is_proved=bool(self._accepted & proof.means))
        now = self._clock()
        proved = min(proof.authenticated, now) if proof.authenticated is not None else now - RECENT
        if visit is not None:
            self._sign_in.sign_out(visit)
        return self._sign_in.open(account, stage, authenticated=now if stage is Stage.ENROL else proved)

    def _linked(self, awaited: Awaited, proof: Proof, visit: Visit | None) -> Opened:
        if visit is None or visit.identity is None or visit.account.id != awaited.account:
            raise CredentialsRefused("You are not signed in any more as who you were; sign in and begin again.")
        self._link(visit.account.id, proof.subject, awaited.code, actor=visit.account.id)
        self._sign_in.sign_out(visit)
        return self._sign_in.open(visit.account, Stage.WHOLE, authenticated=visit.session.authenticated)

    def _link(self, account: str, subject: str, code: str | None, *, actor: str | None) -> None:
        link = Link(issuer=self._provider.issuer, subject=subject, account=account, linked=self._clock())
        self._links.link(link, code=code)
        self._record(account, "identity linked", actor)

    def _demand_fresh(self, awaited: Awaited, proof: Proof) -> None:
        if proof.authenticated is None or proof.authenticated < awaited.begun - _SKEW:
            raise CredentialsRefused(
                f"{self.name} does not say that you proved just now who you are; confirm with your password."
            )

    def _request(self, secret: str, purpose: Purpose) -> AuthenticationRequest:
        return AuthenticationRequest(
            redirect=self._redirect,
            state=_made(secret, "state"),
            nonce=_made(secret, "nonce"),
            verifier=_made(secret, "verifier"),
            is_fresh=purpose is Purpose.CONFIRM,
        )

    def _record(self, account: str, act: str, actor: str | None) -> None:
        self._accounts.record(Act(self._clock(), actor, act, account))


def _made(secret: str, what: str) -> str:
    """Make one of the values of a request from its secret: 43 characters that PKCE allows (RFC 7636, 4.1)."""
    digest = hmac.new(secret.encode("utf-8", "replace"), what.encode(), "sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
