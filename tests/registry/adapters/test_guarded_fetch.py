"""A fetch gives what a public server says and withstands one that misbehaves; every server here is a real one."""

import gzip
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from registry.adapters.guarded_fetch import GuardedFetch, resolve
from registry.fetch_errors import (
    AddressRefused,
    BrokenAnswer,
    FetchError,
    FetchTimeLimitPassed,
    FetchTooLarge,
    MediaTypeRefused,
    RedirectRefused,
    Unreachable,
)
from registry.fetch_ports import FetchLimits
from tests.odd_servers import Answer, OddServer, leads_to, odd_server, sends, whole

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n"
BODY = b"<https://example.org/a> a <https://example.org/B> ."
BOMB = gzip.compress(b"\0" * 5_000_000)

Fetching = Callable[..., GuardedFetch]


@pytest.fixture
def server() -> Iterator[OddServer]:
    with odd_server({"/": whole(BODY, ETag='"one"', Last_Modified="Mon, 29 Jun 2026 10:00:00 GMT")}) as server:
        yield server


@pytest.fixture
def fetching(server: OddServer) -> Fetching:
    def give(**choices: object) -> GuardedFetch:
        limits = FetchLimits(seconds=1.5, most_bytes=100_000, most_redirects=3)
        options = {"agent": "hrcr/test (+mailto:desk@example.org)", "clock": lambda: NOON, "limits": limits}
        return GuardedFetch(**{**options, "exempt": {server.place}, **choices})  # type: ignore[arg-type]  # as given

    return give


def test_an_answer_is_given_with_its_place_its_type_and_its_time(server: OddServer, fetching: Fetching) -> None:
    found = fetching()(server.address("/#part"))
    assert (found.status, found.media_type, found.body, found.at) == (200, "text/turtle", BODY, NOON)
    assert (found.final, found.etag) == (server.address("/"), '"one"')
    assert found.last_modified.startswith("Mon, 29 Jun")
    assert server.header("User-Agent") == "hrcr/test (+mailto:desk@example.org)"
    assert server.header("Accept-Encoding") == "identity"


def test_a_request_is_made_conditional_by_what_an_earlier_answer_gave(server: OddServer, fetching: Fetching) -> None:
    server.answers["/"] = whole(b"", status="304 Not Modified")
    found = fetching()(server.address("/"), etag='"one"', last_modified="Mon, 29 Jun 2026 10:00:00 GMT")
    assert (found.status, found.body) == (304, b"")
    assert server.header("If-None-Match") == '"one"'
    assert server.header("If-Modified-Since") == "Mon, 29 Jun 2026 10:00:00 GMT"
    fetching()(server.address("/"), etag='"x"\r\nX-Evil: 1')
    assert "X-Evil" not in server.asked[-1]


def test_how_long_to_wait_and_how_long_to_keep_are_given_as_sent(server: OddServer, fetching: Fetching) -> None:
    server.answers["/busy"] = whole(b"", status="503 Busy", Retry_After="120")
    server.answers["/kept"] = whole(BODY, Cache_Control="max-age=9, immutable")
    assert fetching()(server.address("/busy")).retry_after == "120"
    assert fetching()(server.address("/kept")).cache_control == "max-age=9, immutable"


def test_a_part_of_a_file_is_asked_for_by_its_bytes(server: OddServer, fetching: Fetching) -> None:
    server.answers["/part"] = whole(b"cde", status="206 Partial Content")
    found = fetching()(server.address("/part"), part=(2, 4))
    assert (found.status, found.is_ok, found.body) == (206, True, b"cde")
    assert server.header("Range") == "bytes=2-4"


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "500 Oops", "503 Busy"])
def test_a_status_of_failure_is_an_answer_without_a_body(server: OddServer, fetching: Fetching, status: str) -> None:
    server.answers["/"] = whole(b"<p>gone</p>", media_type="text/html", status=status)
    found = fetching()(server.address("/"), media_types=["text/turtle"])
    assert (found.status, found.body, found.is_ok) == (int(status[:3]), b"", False)


def test_redirects_are_followed_and_the_last_address_is_told(server: OddServer, fetching: Fetching) -> None:
    server.answers["/old"] = leads_to("/older%20name", "301 Moved")
    server.answers["/older%20name"] = leads_to(server.address("/"), "308 Moved")
    assert fetching()(server.address("/old")).final == server.address("/")


REFUSED_PLACES = [
    "http://127.0.0.1:{other}/",
    "http://localhost:{other}/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://1.1.1.1:22/",
    "http://1.1.1.1:6379/",
]


@pytest.mark.parametrize("place", REFUSED_PLACES)
def test_no_place_that_is_not_public_is_asked_in_whatever_form(
    server: OddServer, fetching: Fetching, place: str
) -> None:
    with odd_server({"/": whole(b"secret")}) as other:
        address = place.replace("{other}", str(other.port))
        with pytest.raises(AddressRefused, match=r"\.$"):
            fetching()(address)
        server.answers["/on"] = leads_to(address)
        with pytest.raises((AddressRefused, RedirectRefused)):
            fetching()(server.address("/on"))
        assert other.asked == []


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://example.org/", "http://u:p@example.org/", "", "gopher://x/", "http://[::1"]
)
def test_a_redirect_to_what_is_no_address_of_the_web_is_refused(
    server: OddServer, fetching: Fetching, place: str
) -> None:
    server.answers["/on"] = leads_to(place)
    with pytest.raises(RedirectRefused):
        fetching()(server.address("/on"))


def test_circles_and_long_ways_end(server: OddServer, fetching: Fetching) -> None:
    server.answers |= {"/a": leads_to("/b"), "/b": leads_to("/a")}
    server.answers |= {f"/way/{number}": leads_to(f"/way/{number + 1}") for number in range(50)}
    with pytest.raises(RedirectRefused, match="circle"):
        fetching()(server.address("/a"))
    server.asked.clear()
    with pytest.raises(RedirectRefused, match="more than 3"):
        fetching()(server.address("/way/0"))
    assert len(server.asked) == 4


def test_a_name_is_resolved_once_so_that_it_cannot_change_between_look_and_call(
    server: OddServer, fetching: Fetching
) -> None:
    """A name that first is public and then loopback gets the public connection, never the second answer."""
    with odd_server({"/": whole(b"secret")}) as secret:
        answers = iter([["127.0.0.1"], ["127.0.0.1"]])
        asked: list[str] = []

        def rebinding(host: str, port: int) -> Sequence[str]:
            asked.append(f"{host}:{port}")
            return next(answers)

        fetch = fetching(resolve=rebinding)
        assert fetch(server.address("/", host="rebind.example")).body == BODY
        assert asked == [f"rebind.example:{server.port}"]
        assert server.header("Host") == f"rebind.example:{server.port}"
        with pytest.raises(AddressRefused):
            fetch(secret.address("/", host="rebind.example"))
        assert secret.asked == []


def test_one_address_that_is_not_public_refuses_the_name(server: OddServer, fetching: Fetching) -> None:
    fetch = fetching(resolve=lambda _host, _port: ["127.0.0.1", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        fetch(server.address("/", host="mixed.example"))
    assert server.asked == []


def test_an_unknown_name_a_shut_port_and_a_name_server_without_answer_are_told_apart(
    server: OddServer, fetching: Fetching
) -> None:
    with odd_server({}) as gone:
        place = gone.place
    with pytest.raises(Unreachable, match="could not be reached"):
        fetching(exempt={place})(gone.address("/"))
    with pytest.raises(Unreachable, match="not known"):
        fetching()("http://does-not-exist.invalid/")
    fetch = fetching(resolve=lambda _host, _port: time.sleep(3) or [])
    with pytest.raises(FetchTimeLimitPassed, match="name"):
        fetch(server.address("/", host="slow.example"))


SLOW = {
    "nothing at all": sends(b"", b"", pause=9),
    "a head that drips": sends(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", pause=0.1, times=200),
    "a body that drips": sends(HEAD + b"Content-Length: 900\r\n\r\n", b"a", pause=0.1, times=200),
    "a body that stops": sends(HEAD + b"Content-Length: 900\r\n\r\nabc", b"", pause=9),
    "provisional answers without end": sends(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.1, times=200),
}


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("kind", SLOW)
def test_a_slow_server_is_left_at_the_limit(server: OddServer, fetching: Fetching, kind: str) -> None:
    server.answers["/"] = SLOW[kind]
    begun = time.monotonic()
    with pytest.raises(FetchTimeLimitPassed):
        fetching()(server.address("/"))
    assert time.monotonic() - begun < 6


def test_redirects_share_one_time_limit(server: OddServer, fetching: Fetching) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
    server.answers |= {f"/{n}": sends(b"", head + f"/{n + 1}\r\n\r\n".encode(), pause=0.6) for n in range(3)}
    with pytest.raises(FetchTimeLimitPassed):
        fetching()(server.address("/0"))


CHUNK = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
LARGE = {
    "by its own word": sends(HEAD + b"Content-Length: 10000000000\r\n\r\n"),
    "longer than any number": sends(HEAD + b"Content-Length: " + b"9" * 20 + b"\r\n\r\n"),
    "in chunks without end": sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK, times=500),
    "until it is shut": sends(HEAD + b"\r\n", b"a" * 0x10000, times=500),
    "when unpacked": whole(BOMB, Content_Encoding="gzip"),
}


@pytest.mark.parametrize("kind", LARGE)
def test_what_is_too_large_is_left(server: OddServer, fetching: Fetching, kind: str) -> None:
    server.answers["/"] = LARGE[kind]
    with pytest.raises(FetchTooLarge, match="100,000 bytes"):
        fetching()(server.address("/"))


def test_a_packed_answer_is_unpacked(server: OddServer, fetching: Fetching) -> None:
    server.answers["/"] = whole(gzip.compress(BODY), Content_Encoding="gzip")
    assert fetching()(server.address("/")).body == BODY


BROKEN = {
    "half a body": sends(HEAD + b"Content-Length: 900\r\n\r\nabc"),
    "half a chunk": sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\nabc"),
    "half a packed body": whole(gzip.compress(BODY)[:-9], Content_Encoding="gzip"),
    "not packed at all": whole(BODY, Content_Encoding="gzip"),
    "packed twice": whole(gzip.compress(gzip.compress(BODY)), Content_Encoding="gzip, gzip"),
    "packed otherwise": whole(BODY, Content_Encoding="br"),
    "no HTTP": sends(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "nothing": sends(b""),
    "a head without end": sends(b"HTTP/1.1 200 OK\r\n", b"X: " + b"a" * 5_000 + b"\r\n", times=100),
    "two lengths": sends(HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    "a length below zero": sends(HEAD + b"Content-Length: -1\r\n\r\n"),
    "a status of four digits": sends(b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_answer_is_told_as_one(server: OddServer, fetching: Fetching, kind: str) -> None:
    server.answers["/"] = BROKEN[kind]
    with pytest.raises(BrokenAnswer, match=r"\.$"):
        fetching()(server.address("/"))


def test_only_the_media_types_asked_for_are_taken(server: OddServer, fetching: Fetching) -> None:
    server.answers["/page"] = whole(b"<p>", media_type="text/html; charset=utf-8")
    fetch = fetching()
    assert fetch(server.address("/"), media_types=["text/turtle", "application/ld+json"]).body == BODY
    assert server.header("Accept") == "text/turtle, application/ld+json"
    assert fetching()(server.address("/"), media_types=("application/trig", "text/turtle;q=0.5")).body == BODY
    assert server.header("Accept") == "application/trig, text/turtle;q=0.5"
    assert fetch(server.address("/page")).media_type == "text/html"
    with pytest.raises(MediaTypeRefused, match="text/html"):
        fetch(server.address("/page"), media_types=["text/turtle"])


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, fetching: Fetching) -> None:
    with odd_server({"/": whole(BODY)}, tls=_self_signed(tmp_path)) as secure:
        with pytest.raises(Unreachable, match="securely"):
            fetching(exempt={secure.place})(secure.address("/", scheme="https"))
        assert secure.asked == []


def test_no_setting_of_the_environment_leads_a_fetch_through_a_proxy(
    server: OddServer, fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetching()(server.address("/")).status == 200


def test_every_failure_is_of_the_branch_that_callers_catch() -> None:
    kinds = {AddressRefused, Unreachable, BrokenAnswer, RedirectRefused, FetchTimeLimitPassed, FetchTooLarge}
    assert all(issubclass(kind, FetchError) for kind in kinds | {MediaTypeRefused})


def taking(answer: Answer) -> Answer:
    """Answer once the form has come."""

    def take(connection: socket.socket, head: str) -> None:
        if not head.endswith("code=a"):
            connection.recv(100)
        answer(connection, head)

    return take


def test_a_form_is_sent_as_it_is_and_its_answer_is_given_whatever_the_status(
    server: OddServer, fetching: Fetching
) -> None:
    server.answers["/form"] = taking(whole(b"{}", status="400 Bad Request"))
    answer = fetching().post(server.address("/form"), b"code=a", {"Authorization": "Basic x", "Accept": "text/plain"})
    assert (answer.status, answer.body) == (400, b"{}")
    assert server.asked[-1].startswith("POST /form HTTP/1.1")
    assert (server.header("Authorization"), server.header("Content-Length")) == ("Basic x", "6")
    assert server.header("User-Agent") == "hrcr/test (+mailto:desk@example.org)"


def test_a_form_goes_nowhere_but_where_it_was_sent(server: OddServer, fetching: Fetching) -> None:
    server.answers["/form"] = taking(leads_to("/", "307 Temporary Redirect"))
    with pytest.raises(RedirectRefused, match="which no form is sent after"):
        fetching().post(server.address("/form"), b"code=a", {})
    assert len(server.asked) == 1
    with pytest.raises(AddressRefused):
        fetching(exempt=()).post(server.address("/form"), b"code=a", {})
    server.answers["/form"] = taking(whole(b"x" * 100_001))
    with pytest.raises(FetchTooLarge):
        fetching().post(server.address("/form"), b"code=a", {})


def test_a_host_that_the_operator_named_may_lie_anywhere_on_its_port_alone(
    server: OddServer, fetching: Fetching
) -> None:
    with odd_server({"/": whole(b"secret")}) as other:
        named = fetching(exempt=(), trusted={("localhost", server.port)}, resolve=lambda *_: ["127.0.0.1"])
        assert named(server.address("/", host="localhost")).body == BODY
        for address in (server.address("/"), other.address("/", host="localhost"), other.address("/")):
            with pytest.raises(AddressRefused):
                named(address)


def test_the_system_knows_its_own_name() -> None:
    assert "127.0.0.1" in resolve("localhost", 80)


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
