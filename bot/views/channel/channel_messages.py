"""Messages about channels or cards changed by hand: what happened, what waits, what can be done."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.channel import (
    BeginningCorrected,
    ChannelAnnouncement,
    ChannelBack,
    ChannelReplaced,
    Corrected,
    SlackReturned,
)
from bot.policy.record.channel import ChannelChange, ChannelTrouble
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.channel import (
    CardGoneNotice,
    ChannelExposedNotice,
    ChannelHiddenNotice,
    ChannelLostNotice,
    ChannelNotice,
    InviteMeNotice,
    KeptForLaterNotice,
    MissedNotice,
    OutsiderJoinedNotice,
)
from bot.ports.workspace import Block, Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, paragraphs, section, text_message
from bot.views.kit.text import channel, escape, moment, near_moment, person, times

_MOST_MISSED = 12
_NEW_CHANNEL = "Open a new channel"
_KEPT = "We keep new messages and post them then."
_WAY_ON = {
    ChannelTrouble.ARCHIVED: f"Open a new channel, or unarchive this one and type `/invite @Escalate` there. {_KEPT}",
    ChannelTrouble.DELETED: f"Open a new channel with everyone in it. {_KEPT}",
    ChannelTrouble.SHARED: f"Open a new channel, or stop sharing this one. {_KEPT}",
    ChannelTrouble.REMOVED: f"Type `/invite @Escalate` in the channel, or open a new one. {_KEPT}",
}


def draw_notice(notice: ChannelNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw a direct message about a channel."""
    match notice:
        case ChannelLostNotice():
            return _lost(notice, facts, policy)
        case KeptForLaterNotice():
            return _kept(facts, policy)
        case InviteMeNotice():
            return _invite_me(facts, policy)
        case ChannelExposedNotice():
            return _exposed(notice, facts, policy)
        case ChannelHiddenNotice():
            return _hidden(notice, facts, policy)
        case CardGoneNotice():
            return _card_gone(facts, policy)
        case OutsiderJoinedNotice():
            who = "a guest" if notice.is_guest else "a person of another company"
            added = f", added by {person(notice.by)}" if notice.by and notice.by != notice.person else ""
            place = channel(facts.channel_id or "")
            text = f":eyes: {_subject(facts, policy)}: {person(notice.person)}, {who}, is in {place} now{added}."
            return text_message(text, "They can read everything there. Remove them if they shouldn't.")
        case MissedNotice():
            return slack_returned(notice, (), policy)


def _lost(notice: ChannelLostNotice, facts: EscalationFacts, policy: Policy) -> Message:
    trouble = facts.channel_trouble
    if trouble is None:
        return _plain(f":white_check_mark: {_subject(facts, policy)}: the channel is back.")
    text = f":warning: {_subject(facts, policy)}: {_what_happened(facts, trouble, notice.by)}."
    return Message(text, (section(text), context(_WAY_ON[trouble]), _offer(facts)))


def _kept(facts: EscalationFacts, policy: Policy) -> Message:
    trouble = facts.channel_trouble
    if trouble is None:
        return _plain(f":white_check_mark: {_subject(facts, policy)}: what you did is in {labels.where(facts)}.")
    text = f":warning: {facts.key} keeps running, but no one can read it there: {_what_happened(facts, trouble, None)}."
    return Message(text, (section(text), context(_WAY_ON[trouble]), _offer(facts)))


def _invite_me(facts: EscalationFacts, policy: Policy) -> Message:
    text = (
        f":wave: {_subject(facts, policy)}: {channel(facts.channel_id or '')} is open again, but Escalate isn't in it."
    )
    return Message(text, (section(text), context(f"Type `/invite @Escalate` there. {_KEPT}")))


def _exposed(notice: ChannelExposedNotice, facts: EscalationFacts, policy: Policy) -> Message:
    by = f" by {person(notice.by)}" if notice.by else ""
    what = f"The channel of {facts.key}, which is confidential, was made public{by}"
    text = f":rotating_light: {what}: {labels.where(facts)}"
    then = "Anyone can read it now. Make it private in Slack, or move to a new private channel."
    return Message(text, (section(text), context(then), _offer(facts, "Move to a private channel")))


def _hidden(notice: ChannelHiddenNotice, facts: EscalationFacts, policy: Policy) -> Message:
    by = f" by {person(notice.by)}" if notice.by else ""
    text = f":lock: {_subject(facts, policy)}: {labels.where(facts)} was made private{by}."
    return Message(text, (section(text), context("Only its members can read it. Invite anyone else you need.")))


def _card_gone(facts: EscalationFacts, policy: Policy) -> Message:
    text = f":warning: {_subject(facts, policy)}: the card was deleted from {labels.where(facts)}."
    if facts.card_ts is not None:
        return _plain(text)
    offered = actions(button("Post the card again", ids.PRESS_POST_CARD, str(facts.number), style="primary"))
    return Message(text, (section(text), context("The command `status` shows it meanwhile."), offered))


def draw_announcement(told: ChannelAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw a channel message about the channel itself."""
    match told:
        case ChannelReplaced():
            return _replaced(told, facts, policy)
        case ChannelBack():
            return _back(told, facts, policy)
        case Corrected():
            return _corrected(told, facts)
        case BeginningCorrected():
            return _began(told, facts, policy)
        case SlackReturned():
            return slack_returned(told, (), policy)


def slack_returned(
    told: SlackReturned | MissedNotice, missed: Sequence[tuple[datetime, str]], policy: Policy
) -> Message:
    """Draw the one message that stands for those that an outage of Slack delayed: each with its time, as markup."""
    zone = str(policy.zone)
    since, until = (near_moment(at, told.until, zone) for at in (told.since, told.until))
    text = f":satellite_antenna: Slack was down for us from {since} to {until}. {times(told.count, 'message')} waited."
    said = dict.fromkeys(f"• {near_moment(at, told.until, zone)} {words}" for at, words in missed[-_MOST_MISSED:])
    older = told.count - len(missed[-_MOST_MISSED:])
    rest = [f"• {older} more: see *More → Timeline*."] if missed and older > 0 else []
    return Message(text, (section(text), *(paragraphs("\n".join([*said, *rest])) if said else ())))


def _corrected(told: Corrected, facts: EscalationFacts) -> Message:
    said = []
    if told.account is not None:
        moved = f"{escape(told.account, 300)} → {escape(facts.account.name)}"
        said.append(f"{person(told.by)} changed the account of {facts.key}: {moved}.")
    if told.summary is not None:
        said.append(f"{person(told.by)} edited the summary: *{labels.summary(facts)}*")
        said.append(f"Was: {escape(told.summary, 300)}")
    return text_message(":pencil2: " + "\n".join(said))


def _began(told: BeginningCorrected, facts: EscalationFacts, policy: Policy) -> Message:
    zone = str(policy.zone)
    parts = [f"reported {moment(told.reported_at, zone)}"] if told.reported_at is not None else []
    parts += [f"detected {moment(told.detected_at, zone)}"] if told.detected_at is not None else []
    began = " and ".join(parts) if parts else "with its declaration"
    text = f":pencil2: {person(told.by)} corrected when {facts.key} began: {began}. {escape(told.reason, 300)}"
    return text_message(text)


def _replaced(told: ChannelReplaced, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the new channel's message about why there is one."""
    text = f":wave: {person(told.by)} opened this channel for {facts.key}"
    match told.why:
        case ChannelTrouble.DELETED:
            text += f", because #{escape(told.name or '')} is gone."
        case ChannelTrouble.ARCHIVED:
            text += f", because {channel(told.channel)} is archived. Earlier messages are there."
        case ChannelTrouble.SHARED:
            text += f", because {channel(told.channel)} is shared with another company. Don't use it any more."
        case ChannelTrouble.REMOVED:
            text += f", because Escalate was removed from {channel(told.channel)}. Earlier messages are there."
        case _:
            text += ". The old one was made public and is archived."
    return _plain(text)


def _back(told: ChannelBack, facts: EscalationFacts, policy: Policy) -> Message:
    return _plain(":wave: Escalate is back in this channel. What we kept for it follows.")


def replaced(facts: EscalationFacts) -> str:
    """Return the reply to a request for a new channel."""
    if facts.channel_id is not None:
        return f"{facts.key} has its channel: {labels.where(facts)}."
    return f"A new channel for {facts.key} is opening: #{escape(facts.channel_name or '')}. Everyone is invited."


def card_again(facts: EscalationFacts) -> str:
    """Return the reply to a request for the card."""
    if facts.card_ts is not None:
        return f"The card of {facts.key} is in {labels.where(facts)}."
    return f"The card of {facts.key} is on its way to {labels.where(facts)}."


def on_the_card(facts: EscalationFacts) -> Iterator[Block]:
    """Yield blocks about a problem of the channel, with the next step, for a card shown elsewhere."""
    trouble = facts.channel_trouble
    if facts.is_live and trouble is not None:
        yield section(f":warning: {_sentence(_what_happened(facts, trouble, None))}. {_WAY_ON[trouble]}")
        yield _offer(facts)
    elif facts.is_live and facts.is_private and facts.channel_converted is ChannelChange.PUBLIC:
        yield context(":rotating_light: This is confidential, but its channel was made public by hand.")


def _subject(facts: EscalationFacts, policy: Policy) -> str:
    return f"{facts.key} · {escape(facts.account.name)}"


def _what_happened(facts: EscalationFacts, trouble: ChannelTrouble, by: str | None) -> str:
    name = channel(facts.channel_id or "")
    who = f" by {person(by)}" if by else ""
    match trouble:
        case ChannelTrouble.ARCHIVED:
            return f"{name} was archived{who}"
        case ChannelTrouble.SHARED:
            return f"{name} is shared with another company now"
        case ChannelTrouble.REMOVED:
            return f"Escalate was removed from {name}{who}"
        case ChannelTrouble.DELETED:
            return f"#{escape(facts.channel_name or '')} was deleted{who}, or hidden from Escalate"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _offer(facts: EscalationFacts, words: str = _NEW_CHANNEL) -> Block:
    return actions(button(words, ids.PRESS_NEW_CHANNEL, str(facts.number), style="primary"))


def _plain(text: str) -> Message:
    return Message(text, (section(text),))
