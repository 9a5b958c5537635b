"""The commands on people: `hrcr users`. Passwords come from a prompt or from standard input, never as an argument."""

import json
import sys

import click

from registry.command_line import HOME, plain_errors, settings_of
from registry.errors import SettingsError
from registry.people import Account, Role, Scope
from registry.provider_sign_in import ProviderSignIn
from registry.wiring import People, people

_ROLE = click.Choice([role.value for role in Role])
_CITY = click.option("--city", help="City the person works for: its short name or IRI. An officer needs one.")
_ORGANISATION = click.option(
    "--organisation", help="Organisation the person works for, by name or IRI; bars them from its cases."
)


@click.group()
def users() -> None:
    """Look after the people of this registry: officers, reviewers, deciders and stewards.

    PERSON is an e-mail address or the identifier that `hrcr users list` shows. Personal data stays in the database of
    the accounts (HRCR_ACCOUNTS); the ledger and every release know the identifier alone.
    """


@users.command()
@click.argument("email")
@click.option("--name", required=True, help="Name of the person.")
@click.option("--role", "roles", multiple=True, required=True, type=_ROLE, help="Role; may be given more than once.")
@_CITY
@_ORGANISATION
@click.option("--invite", is_flag=True, help="Ask for no password: show a one-time code to give to the person.")
@HOME
@plain_errors
def add(
    email: str,
    name: str,
    roles: tuple[str, ...],
    city: str | None,
    organisation: str | None,
    invite: bool,
    home: str | None,
) -> None:
    """Make an account. The password is asked for, or read as one line from standard input."""
    registrar = people(settings_of(home=home)).registrar
    password = None if invite else _password()
    account = registrar.add(
        email, name, [Role(role) for role in roles], city=city, organisation=organisation, password=password
    )
    click.echo(f"Account {account.id} was made.")
    if invite:
        _tell_code(registrar.recovery_code(account))


@users.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@HOME
@plain_errors
def list_users(form: str, home: str | None) -> None:
    """List every account, the oldest first."""
    found = people(settings_of(home=home)).registrar.all()
    if form == "json":
        click.echo(json.dumps([_facts(account) for account in found], indent=2, ensure_ascii=False))
        return
    for account in found:
        roles, closed = ", ".join(sorted(account.roles)), "" if account.is_active else "  closed"
        factor = "  second factor" if account.has_second_factor else ""
        click.echo(f"{account.id}  {account.email}  {account.name}  {roles}  {account.city or '–'}{factor}{closed}")
    if not found:
        click.echo("There is no account yet; make one with `hrcr users add`.")


@users.command()
@click.argument("person")
@click.argument("roles", nargs=-1, required=True, type=_ROLE)
@_CITY
@_ORGANISATION
@HOME
@plain_errors
def roles(person: str, roles: tuple[str, ...], city: str | None, organisation: str | None, home: str | None) -> None:
    """Give PERSON these ROLES in place of the present ones; their sessions end."""
    registrar = people(settings_of(home=home)).registrar
    wanted = [Role(role) for role in roles]
    changed = registrar.change_roles(registrar.find(person), wanted, city=city, organisation=organisation)
    click.echo(f"Account {changed.id} has the roles {', '.join(sorted(changed.roles))}.")


@users.command()
@click.argument("person")
@click.option("--second-factor", is_flag=True, help="Take the second factor away too; make sure who is asking.")
@HOME
@plain_errors
def reset(person: str, second_factor: bool, home: str | None) -> None:
    """Show a one-time code with which PERSON sets a new password within three days."""
    registrar = people(settings_of(home=home)).registrar
    _tell_code(registrar.recovery_code(registrar.find(person), with_second_factor=second_factor))


@users.command()
@click.argument("person")
@click.option("--undo", is_flag=True, help="Let the person in again.")
@HOME
@plain_errors
def disable(person: str, undo: bool, home: str | None) -> None:
    """Let PERSON in no more: sessions end, tokens stop working."""
    registrar = people(settings_of(home=home)).registrar
    account = registrar.find(person)
    (registrar.reopen if undo else registrar.close)(account)
    click.echo(f"Account {account.id} is {'open again' if undo else 'closed'}.")


@users.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@HOME
@plain_errors
def erase(person: str, yes: bool, home: str | None) -> None:
    """Remove PERSON with everything that says who they are. This cannot be undone.

    The ledger and the releases keep the identifier, which then belongs to nobody.
    """
    registrar = people(settings_of(home=home)).registrar
    account = registrar.find(person)
    if not yes:
        click.confirm(f"Erase account {account.id} for ever?", abort=True)
    registrar.erase(account)
    click.echo(f"Account {account.id} is erased. Backups that were made before still hold it.")


@users.command()
@click.argument("person")
@click.option("--subject", help="Identifier (sub) of the person at the provider; without it a code is shown.")
@HOME
@plain_errors
def link(person: str, subject: str | None, home: str | None) -> None:
    """Have PERSON sign in with the identity provider (HRCR_OIDC_ISSUER): by a code they use, or by their subject.

    Make sure whose subject it is: whoever has that account at the provider comes in as PERSON.
    """
    found = people(settings_of(home=home))
    account, provider = found.registrar.find(person), _provider(found)
    if subject is not None:
        provider.link(account, subject)
        click.echo(f"Account {account.id} is linked to its account of {provider.name}.")
        return
    code = provider.link_code(account)
    click.echo("Give this code to the person, by a way that others cannot read; it is valid for three days.")
    click.echo("They sign in, type it on the page of their account, and show at the provider who they are.")
    click.echo(code)


@users.command()
@click.argument("person")
@HOME
@plain_errors
def unlink(person: str, home: str | None) -> None:
    """Have PERSON sign in with the identity provider no more."""
    found = people(settings_of(home=home))
    account = found.registrar.find(person)
    is_gone = _provider(found).unlink(account, actor=None)
    click.echo(f"Account {account.id} is {'linked no more' if is_gone else 'not linked'}.")


@users.command()
@click.argument("person")
@click.option("--label", required=True, help="What the token is for.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice([scope.value for scope in Scope]))
@click.option("--days", type=int, default=30, show_default=True, help="How long it is valid; 90 at most.")
@HOME
@plain_errors
def token(person: str, label: str, scopes: tuple[str, ...], days: int, home: str | None) -> None:
    """Make a token for a program of PERSON and show it, this once."""
    registrar = people(settings_of(home=home)).registrar
    issued = registrar.issue(registrar.find(person), label, [Scope(scope) for scope in scopes], days=days)
    click.echo(f"The token is valid until {issued.token.expires:%Y-%m-%d} and is not shown again:", err=True)
    click.echo(issued.text)


def _provider(found: People) -> ProviderSignIn:
    if found.provider is None:
        raise SettingsError("There is no identity provider to link an account to; set HRCR_OIDC_ISSUER.")
    return found.provider


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _password() -> str:
    if _is_terminal():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


def _tell_code(code: str) -> None:
    click.echo("Give this one-time code to the person, by a way that others cannot read; it is valid for three days.")
    click.echo("They set a password with it at /account/recover.")
    click.echo(code)


def _facts(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "roles": sorted(account.roles),
        "city": account.city,
        "organisation": account.organisation,
        "active": account.is_active,
        "secondFactor": account.has_second_factor,
    }


COMMANDS = (users,)
