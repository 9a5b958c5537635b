"""Reminders of one installation put together: who is waited for, the mail server, and who was reminded before."""

import logging
from collections.abc import Sequence
from contextlib import closing

from registry.adapters.smtp_mail import SmtpMail
from registry.adapters.sql_reminders import SqlReminders
from registry.desk_ports import Delivery
from registry.errors import RegistryError, SettingsError
from registry.ledger_wiring import open_casework, open_ledger
from registry.loading import now
from registry.people import Account
from registry.reminders import Due, Reminder, due, remind
from registry.rendering import reminder_text
from registry.settings import Settings
from registry.wiring import DRAFTS, people


def send_reminders(settings: Settings) -> int:
    """Remind whoever a case waits for, by mail; give how many letters were sent, none without HRCR_SMTP.

    What fails is logged, without an address, and tried again by the next call.
    """
    if not settings.smtp:
        return 0
    try:
        return _sent(settings)
    except RegistryError as fault:
        logging.getLogger(__name__).warning("no reminders: %s", fault)
        return 0


def _sent(settings: Settings) -> int:
    kind, _, sender = settings.contact.partition("?")[0].partition(":")
    if kind != "mailto" or not sender or not settings.site:
        raise SettingsError("HRCR_SMTP needs HRCR_SITE, and an address to come from: set HRCR_CONTACT=mailto:….")
    mail = SmtpMail(settings.smtp, sender=sender, clock=now)
    with closing(SqlReminders(settings.private_database(DRAFTS), clock=now)) as reminded:
        found = _due(settings, reminded)  # before a server is asked, which does not wait for long
        if not found:
            return 0
        with mail.open() as letters:

            def send(account: Account, told: Sequence[Reminder]) -> Delivery:
                subject, text = reminder_text(told, desk=f"{settings.site}desk")
                return letters.send(account.email, subject, text)

            return remind(found, send, reminded)


def _due(settings: Settings, reminded: SqlReminders) -> tuple[Due, ...]:
    everybody = people(settings).registrar.all()
    with closing(open_ledger(settings)) as ledger:
        work = open_casework(settings, ledger)
        return due(everybody, lambda actor: (*work.queue(actor), *work.duties(actor)), reminded, now().date())
