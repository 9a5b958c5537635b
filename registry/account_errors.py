"""Why somebody cannot sign in or an account cannot be changed; drawn with all others in ``registry/errors.py``."""

from registry.errors import NotFound, PortError, RegistryError


class AccountError(RegistryError):
    """What is asked of an account cannot be done."""

    code = "account-error"


class PasswordRefused(AccountError):
    """A new password is too short or would be guessed."""

    code = "password-refused"


class CredentialsRefused(AccountError):
    """A password, a code or a token is wrong or not valid any more."""

    code = "credentials-refused"


class NotSignedIn(AccountError):
    """Only somebody who has signed in may do this."""

    code = "not-signed-in"


class AccessDenied(AccountError):
    """Who has signed in may not do this."""

    code = "access-denied"


class FormExpired(AccountError):
    """A form did not come from a page of ours, or too late."""

    code = "form-expired"


class UnknownAccount(NotFound):
    """There is no account of this address or identifier."""

    code = "unknown-account"


class AccountsUnavailable(PortError):
    """The database of the accounts gives no answer."""

    code = "accounts-unavailable"


class ProviderUnavailable(PortError):
    """The identity provider gives no answer that can be used."""

    code = "provider-unavailable"
