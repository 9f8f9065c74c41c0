"""Texts that people type: escaped, clipped, and never able to ping, link or disguise.

Every text object with markup is `verbatim`: Slack then adds no links, and only the markup written here is
markup. In people's words `&`, `<` and `>` are escaped, so they can't contain any.
"""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import MarkdownTextObject, PlainTextObject

from bot.policy.addresses import is_web_address
from bot.policy.time import moments

_ENDS_A_LINK = re.compile(r"[\s<>|\x00-\x1f\x7f\\]")
_MAIL = re.compile(r"mailto:[^\s<>|]+")

SECTION_LIMIT = 3000
HEADER_LIMIT = 150
_ELLIPSIS = "…"
# Zero-width and direction marks disguise words; control characters break lines.
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# A mention, or a link; anything else in angle brackets was typed.
_LINK = re.compile(r"<(?P<target>(?:@[UW]|#[CGD]|!|[A-Za-z][A-Za-z0-9+.-]*:)[^|<>]*)(?:\|(?P<words>[^<>]*))?>")
_TOKEN = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);")
# A link's URL is the longest token that must not be cut.
# The name of a rule, category or kind in the policy's file, as reasons of a decision have it.
_KEYS = re.compile(r" \((?:rules?|category|kind) [^()]*\)")
_LONGEST_TOKEN = 3000
_NEAR = timedelta(hours=12)
_LONGEST_ADDRESS = 320  # RFC 5321: 64 characters, the @, and 255
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
# A day as `bot.policy.model.conditions` writes it into a reason.
_STORED_DAY = re.compile(r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b")


def clean(text: str) -> str:
    """Remove invisible characters, keeping line breaks and tabs."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """Return text as a single line."""
    return " ".join(clean(text).split())


def ended(sentence: str) -> str:
    """Return a sentence that people wrote with a period, unless it ends like one."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def clip(text: str, limit: int) -> str:
    """Cut text to at most `limit` characters, including the ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _ELLIPSIS


def clip_markup(markup: str, limit: int) -> str:
    """Cut markup as `clip` does, but never inside a mention, link, date or escaped character."""
    if len(markup) <= limit:
        return markup
    end = limit - len(_ELLIPSIS)
    half = next((token for token in _TOKEN.finditer(markup) if token.start() < end < token.end()), None)
    return markup[: half.start() if half else end].rstrip() + _ELLIPSIS


def escape(text: str, limit: int | None = None) -> str:
    """Return people's words for use inside markup, cut to `limit` characters before escaping.

    Escaped text can be five times as long as what was typed: `parts.paragraphs` divides it into blocks that fit.
    """
    words = clean(text)
    return html.escape(words if limit is None else clip(words, limit), quote=False)


def split_markup(markup: str, limit: int = SECTION_LIMIT) -> list[str]:
    """Divide markup into parts of at most `limit` characters, at a line break or space if there is one.

    Mentions, links, dates and escaped characters stay whole, and a quoted line stays quoted in the next part. The work
    is linear in the length of any markup.
    """
    parts: list[str] = []
    while len(markup) > limit:
        end = _end_of_part(markup, limit)
        line_start = markup.rfind("\n", 0, end) + 1
        is_quoted = markup.startswith(">", line_start)
        part, markup = markup[:end].rstrip(), markup[end:]
        if markup.startswith(("\n", " ")):
            is_quoted = is_quoted and not markup.startswith("\n")
            markup = markup[1:]
        if is_quoted:
            markup = f">{markup}"
        parts.append(part)
    return [part for part in (*parts, markup) if part.strip("> \n")] or [markup]


def _end_of_part(markup: str, limit: int) -> int:
    """Return where to cut: after the last line or word of the second half, else before a token, else at the limit."""
    inside = next((token for token in _TOKEN.finditer(markup, 0, limit + _LONGEST_TOKEN) if token.end() > limit), None)
    furthest = inside.start() if inside and 1 < inside.start() < limit else limit
    for mark in ("\n", " "):
        end = markup.rfind(mark, limit // 2, furthest + 1)
        if end > 0 and not _is_in_token(markup, end):
            return end
    return furthest


def _is_in_token(markup: str, place: int) -> bool:
    return markup.rfind("<", 0, place) > markup.rfind(">", 0, place) and ">" in markup[place : place + _LONGEST_TOKEN]


def mrkdwn(markup: str) -> MarkdownTextObject:
    """Return a text object for our markup; people's words in it must have gone through `escape`."""
    return MarkdownTextObject(text=markup, verbatim=True)


def plain(text: str, limit: int) -> PlainTextObject:
    """Return a text object without markup, cut to `limit`."""
    return PlainTextObject(text=clip(one_line(text), limit) or " ", emoji=True)


def as_typed(markup: str) -> str:
    """Return a message as a person reads it: words instead of Slack's syntax for links, channels and characters."""
    words = _LINK.sub(_read_aloud, markup)
    return unescape(words)


def unescape(text: str) -> str:
    """Return a text with Slack's three escaped characters restored."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read_aloud(found: re.Match[str]) -> str:
    target, words = found["target"], found["words"]
    match target[0]:
        case "#":
            return f"#{words}" if words else target
        case "!":
            return words or f"@{target[1:]}"
        case "@":
            return f"@{words}" if words else target
        case _:
            return words or target.removeprefix("mailto:")


def person(identity: str) -> str:
    """Return a mention by Slack id; somebody known only by e-mail is named, not mentioned."""
    return f"<@{identity}>" if _SLACK_ID.fullmatch(identity) else escape(identity, _LONGEST_ADDRESS)


def has_slack_id(identity: str) -> bool:
    """Return True if somebody is known by Slack id, and not by e-mail only."""
    return _SLACK_ID.fullmatch(identity) is not None


def any_of(people: Sequence[str]) -> str:
    """Return the people of whom one is enough, by Slack id or e-mail: `Ana, Ben or Cem`."""
    return _joined([person(who) for who in people], "or")


def all_of(markup: Iterable[str]) -> str:
    """Return names as a list: `Ana, Ben and Cem`."""
    return _joined(list(markup), "and")


def _joined(named: Sequence[str], word: str) -> str:
    return f" {word} ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)


def channel(channel_id: str) -> str:
    """Return a link to a channel."""
    return f"<#{channel_id}>"


def link(address: str, words: str) -> str:
    """Return a link to a web address. Anything else, such as `!channel`, is shown as text and never linked."""
    address = _ENDS_A_LINK.sub(lambda found: quote(found[0]), address)
    if not is_web_address(address) and not _MAIL.fullmatch(address):
        return f"{escape(words)} ({escape(address)})"
    return f"<{html.escape(address, quote=False)}|{escape(words).replace('|', '¦')}>"


def moment(at: datetime, zone: str = "UTC") -> str:
    """Return a moment shown in each reader's zone; `zone` is that of the fallback text, which names it."""
    return _token(at, "{date_pretty} at {time}", zone)


def near_moment(at: datetime, now: datetime, zone: str = "UTC") -> str:
    """Return a moment as `moment` does, and only its time if it is less than half a day away."""
    return _token(at, near_form(at, now), zone)


def near_form(at: datetime, now: datetime) -> str:
    """Return the form in which Slack writes a moment: only its time if it is less than half a day away."""
    return "{time}" if abs(at - now) < _NEAR else "{date_pretty} at {time}"


def moment_and_distance(at: datetime, zone: str = "UTC") -> str:
    """Return a moment in each reader's zone, with the distance from when they read it."""
    return _token(at, "{date_pretty} at {time} ({ago})", zone)


def ago(at: datetime, zone: str = "UTC") -> str:
    """Return the distance from when it is read, such as "in 8 minutes" or "12 minutes ago"."""
    return _token(at, "{ago}", zone)  # noqa: RUF027 - Slack fills it in


def day(on: date) -> str:
    """Return a day as each reader's Slack writes days: without its year when near. It's the same day in every zone."""
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return f"<!date^{int(noon.timestamp())}^{{date_pretty}}|{plain_day(on)}>"


def with_days(markup: str) -> str:
    """Return markup in which the days of a stored reason, such as `10 Feb 2027`, are written as `day` writes them."""
    return _STORED_DAY.sub(_drawn_day, markup)


def _drawn_day(found: re.Match[str]) -> str:
    try:
        return day(datetime.strptime(found[0], "%d %b %Y").replace(tzinfo=UTC).date())
    except ValueError:
        return found[0]


def plain_day(on: date) -> str:
    """Return a day for places without markup: `6 Mar 2026`."""
    return f"{on.day} {on:%b %Y}"


def _token(at: datetime, form: str, zone: str) -> str:
    return f"<!date^{int(at.timestamp())}^{form}|{plain_moment(at, zone)}>"


def plain_moment(at: datetime, zone: str) -> str:
    """Return a moment for places without markup, in a named zone: `6 Mar 3:30 PM EST`."""
    return moments.plain_moment(at, ZoneInfo(zone))


def without_keys(reason: str) -> str:
    """Return a reason of a decision without the names of rules, categories and kinds in the policy's file.

    Those are for people who write policies: `/escalate simulate` has them.
    """
    return _KEYS.sub("", reason)


def times(count: int, noun: str) -> str:
    """Return a count with its noun: "1 account", "3 accounts"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def length(duration: timedelta) -> str:
    """Return a duration in its two largest units: "2 d 3 h", "1 h 5 min", "40 s"."""
    seconds = int(abs(duration).total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    named = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(named[:2]) or f"{seconds} s"


def unix(at: datetime) -> int:
    """Return seconds since the epoch, for Slack's pickers."""
    return int(at.astimezone(UTC).timestamp())


def forbidden(rule: str) -> str:
    """Return a rule as it stands below "Don't": without the source's own "Do not"."""
    begins = "do not "
    return rule[len(begins) :].capitalize() if rule.lower().startswith(begins) else rule
