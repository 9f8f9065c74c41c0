"""Open records that can't be finished where people would look for them."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import exists, select

from bot.database import outbox, queries
from bot.database.transaction import Transaction
from bot.models.case_review import CaseReview
from bot.models.escalation import Escalation
from bot.models.incident import Incident
from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.decide.incidents import incident_key
from bot.policy.record.channel import ChannelChange, ChannelTrouble
from bot.services.channel.places import WAITS_FOR
from bot.services.operator.findings import Finding, Grade

_LINES = 20
# What waits for a channel that the policy names.
_FOR_PLACES = (EffectKind.TEAM, EffectKind.INCIDENT, EffectKind.LEARNINGS, EffectKind.POLICY_CHANGE)
_WHY = {
    ChannelTrouble.ARCHIVED: "it was archived by hand",
    ChannelTrouble.DELETED: "it was deleted, or made private without the bot",
    ChannelTrouble.REMOVED: "the bot is not in it any more",
    ChannelTrouble.SHARED: "it is shared with another company",
}
_DO = {
    ChannelTrouble.ARCHIVED: "Unarchive it in Slack and invite the bot",
    ChannelTrouble.DELETED: "Invite the bot if it is still there",
    ChannelTrouble.REMOVED: "Invite the bot again",
    ChannelTrouble.SHARED: "Stop sharing it, or open a new one from the card",
}


def of_channels(tx: Transaction) -> Iterator[Finding]:
    """Yield findings for open escalations without a channel that can be posted in."""
    lost = (Escalation.channel_trouble.is_not(None), Escalation.status.in_(queries.LIVE))
    columns = select(Escalation.id, Escalation.channel_name, Escalation.channel_trouble).where(*lost)
    for number, name, trouble in tx.session.execute(columns.order_by(Escalation.id).limit(_LINES)):
        if not isinstance(trouble, ChannelTrouble):
            continue  # unreadable, which is reported with the records
        says = f"#{name} of ESC-{number}: {_WHY[trouble]}"
        yield Finding("channels", Grade.LOOK, says, f"{_DO[trouble]}, or press “Open a new channel” on its status.")
    public = (Escalation.is_private.is_(True), Escalation.channel_turned == ChannelChange.PUBLIC)
    exposed = select(Escalation.id).where(*public, Escalation.status.in_(queries.LIVE)).order_by(Escalation.id)
    for number in tx.session.scalars(exposed.limit(_LINES)):
        says = f"ESC-{number} is confidential, and its channel was made public by hand"
        yield Finding("channels", Grade.WRONG, says, "Make it private again in Slack.")
    yield from _places(tx)


def _places(tx: Transaction) -> Iterator[Finding]:
    """Yield findings for channels the policy names for others, for which messages wait."""
    waiting = (Effect.kind.in_(_FOR_PLACES), Effect.state == EffectState.READY)
    rows = tx.session.execute(select(Effect.payload, Effect.error).where(*waiting, Effect.error.in_(outbox.LOST)))
    read = [(payload.get(WAITS_FOR), why) for payload, why in rows if isinstance(payload, dict)]
    named = Counter((channel, why) for channel, why in read if isinstance(channel, str))
    for (channel, why), count in named.most_common(_LINES):
        wait = "1 message waits" if count == 1 else f"{count} messages wait"
        says = f"nothing can be posted in {channel} ({why}), and {wait} for it"
        yield Finding("channels", Grade.LOOK, says, "Unarchive it, invite the bot, or name another one in the policy.")


def of_patterns(tx: Transaction) -> Iterator[Finding]:
    """Yield findings for case reviews whose channel is gone, and major incidents without escalations."""
    stranded = select(CaseReview.escalation_id).join(Escalation, Escalation.id == CaseReview.escalation_id)
    unfinished = (CaseReview.finished_at.is_(None), Escalation.channel_archived_at.is_not(None))
    for number in tx.session.scalars(stranded.where(*unfinished).order_by(CaseReview.id)):
        says = f"the one in ESC-{number} is not finished, and its channel is archived"
        do = f"Unarchive the channel in Slack, or reopen ESC-{number}, and note the findings there."
        yield Finding("case reviews", Grade.LOOK, says, do)
    part = exists().where(Escalation.incident_id == Incident.id, Escalation.status.in_(queries.LIVE))
    idle = select(Incident.id).where(Incident.ended_at.is_(None), ~part).order_by(Incident.id)
    for number in tx.session.scalars(idle):
        says = f"{incident_key(number)} is running without an open escalation"
        do = "End it in Slack, or add escalations to it: the command `incident`."
        yield Finding("major incidents", Grade.LOOK, says, do)
