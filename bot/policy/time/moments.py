"""Moments in words, where no Slack fills them in: one form for the command line, mails and plain texts."""

from datetime import datetime, tzinfo


def plain_moment(at: datetime, zone: tzinfo) -> str:
    """Return a moment in a named zone: `6 Mar 3:30 PM EST`.

    The clock has twelve hours, as it has beside it where Slack fills times in.
    """
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %-I:%M %p %Z}"
