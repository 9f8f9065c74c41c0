"""The digests that come to somebody, for a terminal; or why none does."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from bot.policy.plan.digest_reader import DigestReader
from bot.policy.plan.sponsor_digest import SponsorDigest
from bot.views.mail import direct_mails
from bot.views.overview import digest, sponsor_digest

# Returns the names of people by Slack id.
Names = Callable[[Collection[str]], Mapping[str, str]]

_UNREACHED: Final = "they aren't known in Slack, and get no mail"


def draw(reader: DigestReader, command: str, names: Names) -> str:
    """Return the digests that come to somebody, each with its rhythm; the `command` is the one of Slack."""
    who = reader.person
    if reader.is_refused:
        return f"No digest comes to {who}: they are a guest or a bot, or they have left."
    if reader.daily is None and reader.weekly is None:
        if not reader.is_reached:
            return f"No digest comes to {who}: {_UNREACHED}."
        return (
            f"No digest comes to {who}. No one reports to them; they manage no escalation and sponsor no customer.\n"
            f"Home and `{command} list mine` show them their own."
        )
    return "\n\n".join(_parts(reader, names))


def _parts(reader: DigestReader, names: Names) -> Iterator[str]:
    if not reader.is_reached:
        yield f"Nothing can be sent to {reader.person}: {_UNREACHED}."
    if reader.daily is not None:
        yield digest.as_text(reader.daily)
    if reader.weekly is not None:
        yield _weekly(reader, reader.weekly, names)


def _weekly(reader: DigestReader, weekly: SponsorDigest, names: Names) -> str:
    if not weekly.is_wanted:
        return "Each week, as a sponsor: nothing is escalated, so no digest is sent."
    message = sponsor_digest.draw(weekly)
    letter = direct_mails.draw_alone(message, names(direct_mails.people_of(message)), reader.zone)
    lines = [
        f"Each week, as a sponsor. {letter.lead}",
        *(f"  {one}".replace("\n", "\n  ") for one in letter.paragraphs),
    ]
    if not reader.wants_weekly:
        lines.append("They chose no day, so no digest goes out.")
    return "\n".join(lines)
