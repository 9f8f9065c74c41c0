"""An escalation's state in words: status, owners, clocks, promises. Shared by cards, lists, forms and messages."""

from datetime import datetime

from bot.policy.decide.account_programme import programme_kind
from bot.policy.decide.beginning import time_to_escalate
from bot.policy.decide.incidents import incident_key
from bot.policy.model.rules import Level, Policy
from bot.policy.record import sla
from bot.policy.record.channel import ChannelTrouble
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.record.promises import PromiseTally
from bot.policy.record.reviews import ReviewState
from bot.policy.record.sla import ClockFacts, ClockState
from bot.views.kit.text import clip, escape, has_slack_id, length, moment, moment_and_distance, one_line, person, times

# No circles, because those mean levels.
_STATUS_EMOJI = {
    Status.OPEN: ":hammer_and_wrench:",
    Status.MITIGATED: ":adhesive_bandage:",
    Status.RESOLVED: ":white_check_mark:",
    Status.CLOSED: ":checkered_flag:",
}


NO_TARGET = "No target"
NOT_NEEDED = "Not needed"


def level_of(facts: EscalationFacts, policy: Policy) -> Level:
    """Return the present level, with the numbers of the account's plan."""
    return policy.level_for(facts.level, facts.account.plan)


def title(facts: EscalationFacts, policy: Policy) -> str:
    """Return level and customer as markup: the first thing anybody wants to know."""
    if not facts.is_programme:
        return f"{level_of(facts, policy).emoji} *{escape(_name(facts, policy))}*"
    # A level's symbol could be taken for that of the health.
    return f"*{escape(_name(facts, policy))}* · {programme(facts, policy)}"


def title_alone(facts: EscalationFacts, policy: Policy) -> str:
    """Return the title as `title` does, where the customer is named already."""
    if facts.is_programme:
        return f"*{programme(facts, policy)}*"
    return f"{level_of(facts, policy).emoji} *{escape(level_name(facts, policy))}*"


def level_name(facts: EscalationFacts, policy: Policy) -> str:
    """Return the level's label; what it is, if the policy has one level only, which means nothing to people."""
    if policy.only_level is None:
        return level_of(facts, policy).label
    kind = policy.kind(facts.kind)
    return kind.label[:1].lower() + kind.label[1:]


def heading(facts: EscalationFacts, policy: Policy) -> str:
    """Return level and customer as plain text for a headline.

    A programme has the symbol of its health if no level is named beside it, which it could be taken for.
    """
    name, rule = _name(facts, policy), policy.health_rule(facts.health) if facts.health is not None else None
    if not facts.is_programme:
        return f"{level_of(facts, policy).emoji} {name}"
    return f"{rule.emoji} {name}" if rule is not None and policy.only_level is not None else name


def _name(facts: EscalationFacts, policy: Policy) -> str:
    """Return level and customer; a level that is the only one isn't named."""
    account = facts.account.name
    return account if policy.only_level is not None else f"{level_of(facts, policy).label} · {account}"


def named(facts: EscalationFacts, *, direct_to: str | None) -> str:
    """Return the customer; in a direct message with a link to the channel."""
    account = escape(facts.account.name)
    return f"{account} ({where(facts)})" if direct_to else account


def numbered(facts: EscalationFacts, *, direct_to: str | None) -> str:
    """Return number and customer; in a direct message with a link to the channel."""
    place = f", {where(facts)}" if direct_to and facts.channel_id is not None else ""
    return f"{facts.key} ({escape(facts.account.name)}{place})"


def programme(facts: EscalationFacts, policy: Policy) -> str:
    """Return the kind of programme with its health."""
    found = health(facts, policy)
    return f"{found} {programme_label(policy).lower()}" if found else programme_label(policy)


def programme_label(policy: Policy) -> str:
    """Return the policy's name for an account programme, escaped."""
    kind = programme_kind(policy)
    return escape(kind.label) if kind else "Account programme"


def health(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return a programme's health, if it has one."""
    rule = policy.health_rule(facts.health) if facts.health is not None else None
    return f"{rule.emoji} {escape(rule.label)}" if rule else None


def plain_title(facts: EscalationFacts, policy: Policy) -> str:
    """Return number, level and customer without markup, escaped for a notification."""
    what = f" ({programme_label(policy).lower()})" if facts.is_programme else ""
    return f"{facts.key} · {escape(_name(facts, policy))}{what}"


def placed(facts: EscalationFacts, policy: Policy) -> str:
    """Return the title, and where it is: in its channel, or its number until there is one."""
    if facts.channel_id is None:
        return f"{title(facts, policy)} · {facts.key}"
    return f"{title(facts, policy)} in {where(facts)}"


def where(facts: EscalationFacts) -> str:
    """Return a link to the channel and its state if it is not usable; without a channel, the escalation's number."""
    if facts.channel_id is None:
        return facts.key
    if facts.is_live and facts.channel_trouble is ChannelTrouble.DELETED:
        return f"#{escape(facts.channel_name or '')} (deleted)"
    link = f"<#{facts.channel_id}>"
    if facts.channel_archived_at is not None or (facts.is_live and facts.channel_trouble is ChannelTrouble.ARCHIVED):
        return f"{link} (archived)"
    if facts.is_live and facts.channel_trouble is ChannelTrouble.SHARED:
        return f"{link} (shared outside)"
    if facts.is_live and facts.channel_trouble is ChannelTrouble.REMOVED:
        return f"{link} (without Escalate)"
    return link


def before(facts: EscalationFacts) -> str:
    """Return the previous channel: as a link if there may be something to read."""
    if facts.previous_trouble is ChannelTrouble.DELETED:
        return "a channel that was deleted"
    return f"<#{facts.previous_channel_id}>"


def summary(facts: EscalationFacts, limit: int = 300) -> str:
    """Return the summary on one line, escaped."""
    return escape(clip(one_line(facts.summary), limit))


def status(facts: EscalationFacts) -> str:
    """Return its status, with who acknowledged it."""
    if facts.is_proposed:
        return f":raised_hand: {_proposed(facts)}"
    if facts.withdrawal is not None:
        return f":no_entry_sign: {status_words(facts)}"
    if facts.awaits_acknowledgement:
        return f":bell: {status_words(facts)}"
    by = f" by {person(facts.acknowledged_by)}" if facts.status is Status.OPEN and facts.acknowledged_by else ""
    return f"{_STATUS_EMOJI[facts.status]} {status_words(facts)}{by}"


def status_words(facts: EscalationFacts) -> str:
    """Return its status in one or two words, without markup."""
    if facts.withdrawal is not None:
        return "Declined" if facts.accepted is False else "Withdrawn"
    if facts.is_proposed:
        return "Proposed"
    if facts.status is Status.OPEN:
        if facts.is_acknowledged:
            return "Acknowledged"
        return "Unacknowledged" if facts.awaits_acknowledgement else "In progress"
    return stage(facts.status).capitalize()


def waits(facts: EscalationFacts) -> tuple[str, ...]:
    """Return that it waits on the customer, for the place after the status; empty if it doesn't."""
    return ("waiting on the customer",) if facts.is_live and facts.waiting is not None else ()


def stage(status: Status) -> str:
    """Return a status as people call it, within a sentence: "impact stopped" for mitigated."""
    return "impact stopped" if status is Status.MITIGATED else status.value


def _proposed(facts: EscalationFacts) -> str:
    return f"Proposed, accepted {moment(facts.accept_at)} if no one answers" if facts.accept_at else "Proposed"


def owner(facts: EscalationFacts, role: str) -> str:
    """Return who holds a role and how they got it."""
    holder = facts.holders.get(role)
    return f"{person(holder.person)}\n_{escape(holder.how)}_" if holder else "Not set"


def owners(facts: EscalationFacts) -> str:
    """Return both owners in one line."""
    fix, relationship = facts.holder(FIX_OWNER), facts.holder(RELATIONSHIP_OWNER)
    if fix == relationship:
        return f"{person(fix or facts.declared_by)} for both the fix and the customer"
    return (
        f"{person(fix or facts.declared_by)} for the fix, {person(relationship or facts.declared_by)} for the customer"
    )


def marks(facts: EscalationFacts) -> tuple[str, ...]:
    """Return an escalation's marks, and the major incident it is part of."""
    incident = [f":rotating_light: {incident_key(facts.incident)}"] if facts.incident is not None else []
    return (*(f":label: {escape(tag)}" for tag in facts.tags), *incident)


def next_customer_update(facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    """Return when the customer's next update is due."""
    if facts.status in (Status.RESOLVED, Status.CLOSED):
        return NOT_NEEDED
    due_at = facts.customer_update_due_at
    if due_at is None:
        return level_of(facts, policy).cadence.customer.in_words()
    return _next_due(due_at, policy, now)


def next_internal_update(facts: EscalationFacts, policy: Policy, now: datetime) -> str | None:
    """Return when the next internal update is due; None if the level asks for none, or it is over."""
    due_at, rule = facts.internal_update_due_at, level_of(facts, policy).cadence.internal
    if due_at is not None:
        return _next_due(due_at, policy, now)
    is_over = facts.status in (Status.RESOLVED, Status.CLOSED)
    return rule.in_words() if rule.on_change and not is_over else None


def _next_due(due_at: datetime, policy: Policy, now: datetime) -> str:
    shown = moment_and_distance(due_at, str(policy.zone))
    return f":exclamation: Overdue since {shown}" if due_at <= now else shown


def began(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return when it was reported and detected, and how long it took to escalate; None if nobody said."""
    zone = str(policy.zone)
    parts = [f"Reported {moment(facts.reported_at, zone)}"] if facts.reported_at is not None else []
    parts += [f"Detected {moment(facts.detected_at, zone)}"] if facts.detected_at is not None else []
    took = time_to_escalate(facts.declared_at, facts.reported_at)
    parts += [f"Escalated after {length(took)}"] if took is not None else []
    return " · ".join(parts) or None


def promises(found: PromiseTally) -> str:
    """Return how promises to the customer were kept, only what went wrong: "1 of 10 updates late, 2 missed"."""
    wrong = {"late": found.late, "missed": found.broken}
    said = [(count, how) for how, count in wrong.items() if count] or [(found.kept, "kept")]
    (first, how), *rest = said
    more = "".join(f", {count} {other}" for count, other in rest)
    return f"{first} of {times(found.total, 'update')} {how}{more}"


def update_owed(due: datetime, policy: Policy, *, is_overdue: bool = False) -> str:
    """Return when the customer's update is due, or since when it is overdue: true also when that time has passed."""
    return f"Their update is {'overdue since' if is_overdue else 'due'} {moment(due, str(policy.zone))}."


def promise(facts: EscalationFacts, policy: Policy) -> str:
    """Return when the customer's next update is due, and from whom."""
    due_at = facts.customer_update_due_at
    if due_at is None:
        return "Next update when something changes."
    relationship = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
    at = moment(due_at, str(policy.zone))
    return f"{relationship}, the customer update is due {at}."


def clock(facts: ClockFacts, policy: Policy, now: datetime, *, done: str) -> str:
    """Return a clock's state; `done` is the word for having stopped it."""
    state = sla.state(facts, policy.calendars, now)
    due_at = sla.due_at(facts, policy.calendars)
    if state is ClockState.NONE or facts.terms is None:
        return NO_TARGET
    target = facts.terms.target.in_words()
    took = length(sla.elapsed(facts, policy.calendars, now))
    zone = str(policy.zone_of(facts.terms.calendar))
    match state:
        case ClockState.MET:
            return f":white_check_mark: {done} in {took}"
        case ClockState.BREACHED:
            late = _late(facts, due_at)
            return f":x: {done} in {took}{late}"
        case ClockState.PAUSED:
            return f":hourglass_flowing_sand: Paused, {took} used"
        case ClockState.OVERDUE if due_at is not None:
            return f":exclamation: Overdue since {moment_and_distance(due_at, zone)}"
        case _ if due_at is not None:
            return f"Due {moment_and_distance(due_at, zone)}"
        case _:
            return f"Target {target}"


def _late(facts: ClockFacts, due_at: datetime | None) -> str:
    stopped_at = facts.spans[-1].stopped_at if facts.spans else None
    return f", {length(stopped_at - due_at)} late" if stopped_at and due_at else ""


def response_due(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when it must be acknowledged."""
    return sla.due_at(facts.response, policy.calendars)


def review_ended(facts: EscalationFacts) -> str:
    """Return, for an old reminder, where a review stands that nobody is reminded of any more."""
    review = facts.review
    if review.finished_on is None and not facts.is_live:
        return f"It isn't needed any more: {facts.key} is {status_words(facts).lower()}."
    if review.state is ReviewState.SIGNED and review.state_by:
        return f"Signed off by {person(review.state_by)}."
    if review.state is ReviewState.RETURNED and review.state_by:
        return f"{person(review.state_by)} returned it."
    return "It's finished." if review.finished_on is not None else "It's being edited."


def led_by(owner: str) -> str:
    """Return who leads the meeting that something is for."""
    return f"Led by {person(owner) if has_slack_id(owner) or '@' in owner else escape(owner)}"
