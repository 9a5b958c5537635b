"""How people of one installation prove who they are beside passwords and codes: an identity provider, and passkeys.

What speaks with them is loaded only where the settings name a provider, or a site at which passkeys can be.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from registry.errors import SettingsError
from registry.fetch_ports import FetchLimits
from registry.fetch_wiring import open_fetch
from registry.loading import now
from registry.passkey_ports import Authenticators
from registry.provider_ports import Provider
from registry.settings import Settings
from registry.sign_in import ISSUER

_PORTS: Final = {"https": 443, "http": 80}
_LIMITS: Final = FetchLimits(seconds=5, most_bytes=512 * 1024, most_redirects=0)


def open_provider(settings: Settings) -> Provider | None:
    """Give the provider that people may sign in with; None where HRCR_OIDC_ISSUER names none.

    Of hosts that are not public only that of the issuer is asked, since the operator named it. Raises SettingsError
    when a setting that belongs to it is missing or wrong, or Authlib is not installed.
    """
    if not settings.oidc_issuer:
        return None
    try:
        from registry.adapters.openid_provider import OpenIdProvider, is_guarded
    except ImportError as fault:
        raise SettingsError(f"HRCR_OIDC_ISSUER needs Authlib: install hrcr[oidc] ({fault}).") from fault
    place = _place(settings.oidc_issuer)
    if place is None or not is_guarded(settings.oidc_issuer):
        raise SettingsError(
            f"HRCR_OIDC_ISSUER is “{settings.oidc_issuer}”; it must be the https address that the provider calls "
            "itself by, without ? and #."
        )
    if not settings.site:
        raise SettingsError("HRCR_OIDC_ISSUER needs HRCR_SITE, which the provider sends people back to.")
    if not settings.oidc_client:
        raise SettingsError("HRCR_OIDC_ISSUER needs HRCR_OIDC_CLIENT, by which the provider knows this registry.")
    return OpenIdProvider(
        name=settings.oidc_name or place[0],
        issuer=settings.oidc_issuer,
        client=settings.oidc_client,
        secret=_secret(settings),
        fetch=open_fetch(settings, _LIMITS, trusted={place}),
        clock=now,
    )


def open_authenticators(settings: Settings) -> Authenticators | None:
    """Give what speaks with the devices that hold passkeys; None where HRCR_SITE is no site that can have some.

    Passkeys belong to a host by its name, over https, or to localhost (Web Authentication, 5.1.2 and 13.4.9).
    """
    parts = urlsplit(settings.site)
    host, port = parts.hostname or "", parts.port
    if host != "localhost" and (parts.scheme != "https" or _is_number(host)):
        return None
    from registry.adapters.web_authentication import WebAuthentication

    origin = f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")
    return WebAuthentication(party=host, origin=origin, name=ISSUER)


def _is_number(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return not host


def _place(issuer: str) -> tuple[str, int] | None:
    """Give host and port of an issuer identifier; None when it can be none (OpenID Connect Discovery 1.0, 3)."""
    try:
        parts = urlsplit(issuer)
        if parts.hostname and parts.scheme in _PORTS and not (parts.query or parts.fragment or "@" in parts.netloc):
            return parts.hostname, parts.port or _PORTS[parts.scheme]
    except ValueError:
        return None
    return None


def _secret(settings: Settings) -> str:
    """Give what this registry proves itself to the provider with, from the variable or the file."""
    secret = settings.oidc_secret
    if settings.oidc_secret_file:
        if secret:
            raise SettingsError("HRCR_OIDC_SECRET and HRCR_OIDC_SECRET_FILE are both set; leave one of them out.")
        try:
            secret = Path(settings.oidc_secret_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as fault:
            raise SettingsError(f"HRCR_OIDC_SECRET_FILE cannot be read: {type(fault).__name__}.") from fault
    if not secret or not secret.isascii() or not secret.isprintable():
        raise SettingsError("HRCR_OIDC_ISSUER needs a secret in HRCR_OIDC_SECRET_FILE or HRCR_OIDC_SECRET, in ASCII.")
    return secret
