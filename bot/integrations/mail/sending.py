"""Builds the mailer from the settings, without importing what only a mail needs."""

from bot.clock import Clock
from bot.integrations.mail.servers import MailSettings
from bot.integrations.mail.smtp import SmtpMailer


def build_mailer(given: MailSettings | None, clock: Clock) -> SmtpMailer | None:
    """Return the mailer; None if there is to be no mail. `clock` is the real one: mails carry their date."""
    return SmtpMailer(given.server, given.sender, clock) if given is not None else None
