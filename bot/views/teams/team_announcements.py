"""Channel messages about the teams that help."""

from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.teams import (
    MailAnswered,
    MailNotSent,
    MailsLeft,
    TeamAnnouncement,
    TeamAnswered,
    TeamCalled,
    TeamChased,
    TeamUnreachable,
)
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.team_routes import asked_person, is_reached
from bot.ports.workspace import Message
from bot.views.channel import places
from bot.views.kit import outstanding
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.parts import context, paragraphs, quote, section, text_message
from bot.views.kit.text import any_of, escape, person
from bot.views.teams import team_messages, team_routes


def draw(told: TeamAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case TeamAnswered():
            return _answered(told, facts, policy)
        case TeamChased():
            return _chased(told, facts, policy)
        case TeamUnreachable():
            return _unreachable(told, facts, policy)
        case TeamCalled():
            return _called(told, facts, policy)
        case MailAnswered():
            return _answered_by_mail(told, facts, policy)
        case MailNotSent():
            return _not_sent(told, facts)
        case MailsLeft():
            return text_message(
                f":incoming_envelope: More than {told.most} mails in an hour answered ours to "
                f"{escape(told.address)}. The rest are in the mailbox."
            )


def _answered(told: TeamAnswered, facts: EscalationFacts, policy: Policy) -> Message:
    name = escape(policy.team(told.team).name)
    if told.brought_in:
        return text_message(f":busts_in_silhouette: {name} responded. {person(told.by)} is in the channel now.")
    return text_message(f":busts_in_silhouette: {name} responded (noted by {person(told.by)}).")


def _chased(told: TeamChased, facts: EscalationFacts, policy: Policy) -> Message:
    who = policy.team(told.team)
    again = "We asked again in their channel" if told.reached else "We can't post there either"
    asked = again if who.slack else "We mailed them again" if told.mailed else "They have no channel"
    joined = "and" if (told.reached if who.slack else told.mailed) else "so we asked"
    relationship = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
    copies = ", ".join(team_messages.reached(policy.team(key), facts) for key in told.copies)
    also = f" · in copy: {copies}" if copies else ""
    lead = f", {joined} {person(told.lead)}, who leads them" if told.lead else ""
    text = f":hourglass: {escape(who.name)} hasn't responded. {asked}{lead}.\n"
    return text_message(f"{text}{relationship}, write to {team_messages.reached(who, facts)}{also}")


def _unreachable(told: TeamUnreachable, facts: EscalationFacts, policy: Policy) -> Message:
    then = "Messages for them wait until we can post there." if told.waits else ""
    return text_message(
        f":warning: Couldn't post in {places.named(told.channel)}: {why_closed(told.why)}. "
        f"{_instead(told.channel, facts, policy)} {places.how_to_mend(told.why)}. {then}".rstrip()
    )


def _instead(channel: str, facts: EscalationFacts, policy: Policy) -> str:
    """Return how those in a channel hear of it now: by mail, or from the person who has to write to them."""
    teams = [one.team for one in facts.team_routes if one.to == channel]
    if teams and all(is_reached(facts.team_routes, team) for team in teams):
        return "They know by another way."
    asked = next((who for team in teams if (who := asked_person(facts.team_routes, team)) is not None), None)
    who = asked or facts.holder(FIX_OWNER) or facts.declared_by
    return f"{person(who)}, tell them yourself for now."


def _called(told: TeamCalled, facts: EscalationFacts, policy: Policy) -> Message:
    found = policy.team(told.team)
    mailed = "We mailed them." if told.mailed else "They have no channel here: call or write now."
    reached = "We asked in their channel." if found.slack else mailed
    said = outstanding.sentence(facts) or f"No one responded to the pages for {facts.key}."
    return text_message(f":rotating_light: {said} Next: {team_messages.reached(found, facts)}. {reached}")


def _not_sent(told: MailNotSent, facts: EscalationFacts) -> Message:
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    return text_message(
        f":warning: Couldn't mail {escape(told.to)}: {team_routes.why(told.why)}. {fixer}: write to them."
    )


def _answered_by_mail(told: MailAnswered, facts: EscalationFacts, policy: Policy) -> Message:
    who = f"{told.name}, {told.sender}" if told.name else told.sender
    words = f"*{escape(who)}* wrote by mail."
    if told.team:
        words = f"*{escape(policy.team(told.team).name)}* answered by mail (from {escape(who)})."
    text = f":incoming_envelope: {words}"
    blocks = [section(text)]
    if told.text:
        blocks += paragraphs(quote(escape(told.text)))
    if told.attachments:
        blocks.append(context(f"Attached, in the mailbox: {', '.join(escape(name) for name in told.attachments)}"))
    if told.approval is False:
        whom = any_of(whom_to_ask(facts, policy.guards.approve))
        also = f" Ask {whom}, unless they did the check." if whom else ""
        blocks.append(context(f"This doesn't approve the request.{also}"))
    return Message(f"{text} {escape(told.text, 300)}", tuple(blocks))
