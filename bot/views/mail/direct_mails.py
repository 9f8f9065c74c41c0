"""A direct message as a mail, for people who are known only by mail: the same words, without buttons."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.text import as_typed, clip, one_line, plain_moment
from bot.views.mail.letter import ClosingLine, Letter
from bot.views.mail.team_mails import subject

_SUBJECT: Final = 120
_UNREAD: Final = "Replies to this mail aren't read."
_MENTION: Final = re.compile(r"<@(?P<who>[UW][A-Z0-9]{2,})>")
_WEB_LINK: Final = re.compile(r"<(?P<address>https?://[^|<>]*)\|(?P<words>[^<>]*)>")
# A moment that Slack shows in the reader's zone; a day is the same in every zone.
_MOMENT: Final = re.compile(r"<!date\^(?P<at>\d+)\^[^|<>]*\{(?:time|ago)\}[^|<>]*\|[^<>]*>")
_EMOJI: Final = re.compile(r":[a-z][a-z0-9_+-]*:[ ]?")
# Marks around a word that Slack shows as bold or slanted; a star within a word was typed.
_MARKED: Final = re.compile(r"(?<![\w*_~])(?P<mark>[*_])(?P<words>\S(?:[^\n]*?\S)?)(?P=mark)(?![\w*_~])")
# A channel, alone or after something else: a mail names the escalation, and has a link at its end.
_CHANNEL: Final = re.compile(r"(?P<beside>, )?<#[CGD][A-Z0-9]+>")
_QUOTE: Final = re.compile(r"^> ?", re.MULTILINE)


def people_of(message: Message) -> tuple[str, ...]:
    """Return the people a message mentions, by Slack id: their names are needed to draw it."""
    texts = (message.text, *_markups(message))
    return tuple(dict.fromkeys(found["who"] for text in texts for found in _MENTION.finditer(text)))


def draw(
    message: Message,
    facts: EscalationFacts,
    *,
    names: Mapping[str, str],
    zone: str,
    is_answered: bool,
    hint: str | None = None,
    channel_url: str | None,
) -> Letter:
    """Draw a direct message as a mail. A confidential escalation is named by its number only in the subject.

    Times are in `zone`, the reader's. `hint` says how an answer does what the message's buttons do.
    """
    lead, *more = _texts(message, facts.key, names, zone)
    answers = "Reply to this mail: your answer is posted in the channel." if is_answered else _UNREAD
    closing = [ClosingLine(f"{hint}.")] if hint and is_answered else []
    closing.append(ClosingLine(answers))
    if channel_url is not None:
        closing.append(ClosingLine(f"Open {facts.key} in Slack", channel_url))
    return Letter(subject=subject(facts), lead=lead, paragraphs=[text for text in more if text], closing=closing)


def draw_alone(message: Message, names: Mapping[str, str], zone: str) -> Letter:
    """Draw a direct message that belongs to no escalation. Its first sentence is the subject, too."""
    lead, *more = _texts(message, "", names, zone)
    subject_line = clip(one_line(lead).split(". ")[0], _SUBJECT).removesuffix(".")
    paragraphs = [text for text in more if text]
    return Letter(subject=subject_line, lead=lead, paragraphs=paragraphs, closing=[ClosingLine(_UNREAD)])


def _markups(message: Message) -> Iterator[str]:
    """Yield the texts of a message in the order in which they are read, those of buttons left out."""
    for block in message.blocks:
        texts: list[Any] = [block.get("text"), *block.get("fields", ())]
        if block.get("type") == "context":
            texts += block.get("elements", ())
        yield from (str(text["text"]) for text in texts if isinstance(text, Mapping) and text.get("text"))


def _texts(message: Message, key: str, names: Mapping[str, str], zone: str) -> list[str]:
    """Return the texts of a message as a mail has them; one at least."""
    return [_plain(text, key, names, zone) for text in tuple(_markups(message)) or (message.text,)]


def _plain(markup: str, key: str, names: Mapping[str, str], zone: str) -> str:
    """Return markup as a mail has it: names, times, links with addresses, and nothing that only Slack draws."""

    def local(found: re.Match[str]) -> str:
        return plain_moment(datetime.fromtimestamp(int(found["at"]), UTC), zone)

    markup = _MOMENT.sub(local, markup)
    text = _MENTION.sub(lambda found: one_line(names.get(found["who"], found["who"])), markup)
    text = _CHANNEL.sub(lambda found: "" if found["beside"] else key, text)
    text = _EMOJI.sub("", _QUOTE.sub("", text))
    text = _MARKED.sub(lambda found: found["words"], text)
    text = _WEB_LINK.sub(lambda found: f"{found['words']} ({found['address']})", text)
    # What a left-out channel stood behind is left out, too.
    return re.sub(r"(?: · )+(?=\n|$)", "", as_typed(text).replace("```", "")).strip()
