"""What a provider says is taken only when it is valid in every respect; each provider here is a real server."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from registry.account_errors import CredentialsRefused, ProviderUnavailable
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.openid_provider import OpenIdProvider, is_guarded
from registry.fetch_ports import FetchLimits
from registry.provider_ports import AuthenticationRequest, Proof
from tests.providers import CLIENT, SECRET, SUBJECT, Provider, keyed, provider, unsigned

pytestmark = pytest.mark.slow

REQUEST = AuthenticationRequest(
    redirect="https://registry.example/account/provider/return", state="s" * 43, nonce="n" * 43, verifier="v" * 43
)
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture
def saying() -> Iterator[Provider]:
    with provider() as found:
        yield found


def asked(saying: Provider, *, issuer: str = "", secret: str = SECRET) -> OpenIdProvider:
    """Give the registry's side of a provider."""
    parts = urlsplit(saying.issuer)
    place = str(parts.hostname), int(parts.port or 0)
    limits = FetchLimits(seconds=2, most_bytes=100_000, most_redirects=0)
    fetch = GuardedFetch(agent="hrcr/test", clock=lambda: datetime.now(UTC), limits=limits, trusted={place})
    return OpenIdProvider(
        name="City network",
        issuer=issuer or saying.issuer,
        client=CLIENT,
        secret=secret,
        fetch=fetch,
        clock=lambda: datetime.now(UTC),
    )


def proof(saying: Provider, **changes: str) -> Proof:
    """Go to a provider and come back with an answer in which something may be changed."""
    here = asked(saying)
    return here.proof(REQUEST, {**saying.answer(here.address(REQUEST)), **changes})


def test_a_valid_token_says_who_it_is_and_nothing_else_is_kept(saying: Provider) -> None:
    saying.claims = {"acr": "gold", "amr": ["pwd", "otp", 7], "auth_time": 1_782_000_000, "email": "a@b.example"}
    assert proof(saying) == Proof(
        issuer=saying.issuer,
        subject=SUBJECT,
        means=frozenset({"gold", "pwd", "otp"}),
        authenticated=datetime.fromtimestamp(1_782_000_000, UTC),
    )


def test_a_token_that_names_no_means_says_none(saying: Provider) -> None:
    saying.forge = lambda claims: saying.signed({**claims, "acr": None, "amr": None, "auth_time": None})
    found = proof(saying)
    assert (found.means, found.authenticated) == (frozenset(), None)


def test_a_browser_is_sent_with_state_nonce_and_challenge_and_never_with_the_verifier(saying: Provider) -> None:
    address = asked(saying).address(REQUEST)
    sent = parse_qs(urlsplit(address).query)
    assert (sent["state"], sent["nonce"]) == ([REQUEST.state], [REQUEST.nonce])
    assert (sent["redirect_uri"], sent["scope"]) == ([REQUEST.redirect], ["openid"])
    assert len(sent["code_challenge"][0]) == 43
    assert REQUEST.verifier not in address
    assert "prompt" not in sent
    fresh = AuthenticationRequest(redirect="r", state="s", nonce="n", verifier="v" * 43, is_fresh=True)
    assert {"prompt=login", "max_age=0"} <= set(urlsplit(asked(saying).address(fresh)).query.split("&"))


NOW = int(time.time())
WRONG_CLAIMS: list[dict[str, Any]] = [
    {"nonce": "another"},
    {"nonce": None},
    {"aud": "another client"},
    {"aud": ["another client"]},
    {"aud": [CLIENT, "another client"]},
    {"aud": CLIENT, "azp": "another client"},
    {"aud": None},
    {"iss": "https://another.example"},
    {"iss": ["https://another.example", "here"]},
    {"iss": None},
    {"exp": NOW - 120},
    {"exp": "tomorrow"},
    {"exp": None},
    {"iat": NOW + 7200},
    {"nbf": NOW + 7200, "exp": NOW + 9000},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": ["zqx"]},
    {"sub": "ü"},
    {"sub": "x" * 256},
    {"at_hash": "of another token"},
    {"amr": "otp"},
]


@pytest.mark.parametrize("claims", WRONG_CLAIMS, ids=[" ".join(claims) for claims in WRONG_CLAIMS])
def test_a_token_with_a_wrong_claim_lets_nobody_in(saying: Provider, claims: dict[str, Any]) -> None:
    saying.claims = claims
    with pytest.raises(CredentialsRefused, match=r"^What City network says of you is not valid here \(.+\); begin"):
        proof(saying)


FORGERIES: dict[str, Callable[[Provider, dict[str, Any]], str]] = {
    "algorithm none": lambda _, claims: unsigned(claims),
    "key of another": lambda saying, claims: saying.signed(claims, OTHER_KEY),
    "unknown key": lambda saying, claims: saying.signed(claims, OTHER_KEY, kid="two"),
    "client secret as key": lambda _, claims: keyed(claims, SECRET.encode()),
    "public key as secret": lambda saying, claims: keyed(claims, saying.key.as_pem(private=False)),
    "cut off": lambda saying, claims: saying.signed(claims)[:-20],
    "changed": lambda saying, claims: saying.signed(claims).replace(".e", ".f", 1),
    "no token": lambda _, __: "",
    "no JWT": lambda _, __: "a.b.c.d.e",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(saying: Provider, name: str) -> None:
    saying.forge = lambda claims: FORGERIES[name](saying, claims)
    with pytest.raises(CredentialsRefused, match="is not valid here"):
        proof(saying)


def test_keys_that_the_provider_changed_are_fetched_anew_and_not_too_often(
    saying: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = asked(saying)
    here.proof(REQUEST, saying.answer(here.address(REQUEST)))
    saying.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    saying.forge = lambda claims: saying.signed(claims, kid="two")
    with pytest.raises(CredentialsRefused):
        here.proof(REQUEST, saying.answer(here.address(REQUEST)))
    assert saying.asked.count("keys") == 1
    monkeypatch.setattr("registry.adapters.openid_provider.RENEWED_SECONDS", 0)
    assert here.proof(REQUEST, saying.answer(here.address(REQUEST))).subject == SUBJECT
    assert (saying.asked.count("keys"), saying.asked.count(".well-known/openid-configuration")) == (2, 1)


@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://another.example"}, {"iss": ""}, {"error": "access_denied"}, {"code": ""}, {"code": "guessed"}],
    ids=str,
)
def test_an_answer_of_somebody_else_or_without_a_code_lets_nobody_in(saying: Provider, changes: dict[str, str]) -> None:
    saying.facts = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(CredentialsRefused):
        proof(saying, **changes)


def test_a_code_is_taken_once(saying: Provider, caplog: pytest.LogCaptureFixture) -> None:
    here = asked(saying)
    answer = saying.answer(here.address(REQUEST))
    assert here.proof(REQUEST, answer).subject == SUBJECT
    with pytest.raises(CredentialsRefused, match="does not take the code"):
        here.proof(REQUEST, answer)
    assert caplog.messages == [f"the token endpoint of {saying.issuer} refuses a code: invalid_grant"]


def test_a_code_is_of_no_use_without_the_verifier(saying: Provider) -> None:
    """PKCE: who has seen the code come back cannot use it (RFC 7636, section 1)."""
    here = asked(saying)
    answer = saying.answer(here.address(REQUEST))
    stolen = AuthenticationRequest(redirect=REQUEST.redirect, state="s", nonce=REQUEST.nonce, verifier="w" * 43)
    with pytest.raises(CredentialsRefused):
        here.proof(stolen, answer)


def test_a_registry_with_a_wrong_secret_is_refused_and_its_log_says_so(
    saying: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    here = asked(saying, secret="wrong")  # noqa: S106  # no password
    with pytest.raises(CredentialsRefused):
        here.proof(REQUEST, saying.answer(here.address(REQUEST)))
    assert "invalid_client" in caplog.text
    assert "wrong" not in caplog.text


@pytest.mark.parametrize(
    "facts",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://login.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "http://[::"},
        {"jwks_uri": "https://10.0.0.1/keys"},
        {"jwks_uri": "http://127.0.0.1:1/keys"},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(saying: Provider, facts: dict[str, Any]) -> None:
    """Nor is any other place asked that is not public, whatever the provider names."""
    saying.facts = facts
    with pytest.raises(ProviderUnavailable, match="City network gives no answer that can be used"):
        proof(saying)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_provider_that_is_down_is_told_apart_from_a_refusal(saying: Provider, status: int) -> None:
    saying.status = status
    with pytest.raises(ProviderUnavailable):
        proof(saying)


def test_that_nobody_answers_is_kept_for_some_seconds(saying: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    saying.facts = {"issuer": "https://another.example"}
    here = asked(saying)
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            here.address(REQUEST)
    assert len(saying.asked) == 1
    saying.facts = {}
    monkeypatch.setattr("registry.adapters.openid_provider.UNANSWERED_SECONDS", 0)
    assert here.address(REQUEST).startswith(f"{saying.issuer}/authorize?")


def test_a_client_secret_goes_in_the_form_where_the_provider_takes_it_no_other_way(saying: Provider) -> None:
    saying.facts = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with pytest.raises(CredentialsRefused):  # this provider takes HTTP Basic alone
        proof(saying)
    saying.facts = {"token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]}
    assert proof(saying).subject == SUBJECT


def test_a_time_that_is_none_is_no_proof_of_when(saying: Provider) -> None:
    saying.claims = {"auth_time": 10.0**20}
    assert proof(saying).authenticated is None


def test_a_token_is_good_a_minute_longer_for_clocks_that_differ(saying: Provider) -> None:
    saying.claims = {"exp": int((datetime.now(UTC) - timedelta(seconds=20)).timestamp())}
    assert proof(saying).subject == SUBJECT


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://login.example/", True),
        ("http://127.0.0.1:9400", True),
        ("http://localhost:9400", True),
        ("http://login.example/", False),
        ("http://127.0.0.1.login.example/", False),
        ("javascript:alert(1)", False),
        ("http://[::", False),
        ("", False),
    ],
)
def test_an_address_is_guarded_by_tls_or_on_this_machine(address: str, expected: bool) -> None:
    assert is_guarded(address) is expected
