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
from registry.reminders import Reminder, remind
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
    with (
        closing(SqlReminders(settings.private_database(DRAFTS), clock=now)) as reminded,
        closing(open_ledger(settings)) as ledger,
        mail.open() as letters,
    ):

        def send(account: Account, found: Sequence[Reminder]) -> Delivery:
            subject, text = reminder_text(found, desk=f"{settings.site}desk")
            return letters.send(account.email, subject, text)

        everybody = people(settings).registrar.all()
        return remind(everybody, open_casework(settings, ledger).queue, send, reminded, now().date())
