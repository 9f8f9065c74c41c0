"""An account programme's part of its card, and an issue's line about its programme."""

from collections.abc import Iterator
from datetime import datetime

from bot.policy.decide.account_programme import (
    Agreement,
    Plan,
    Programme,
    ProgrammeIssue,
    ProgrammeMembership,
    missing_consents,
)
from bot.policy.decide.action_items import counts, is_overdue
from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status
from bot.ports.workspace import Block
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button
from bot.views.kit.text import channel, clip, clip_markup, day, escape, link, moment, one_line, person

_ISSUES_SHOWN = 5
_WORDS_SHOWN = 300
_ITEM = 100
# Of the 3,000 characters of a block: the rest is for what else is true now.
_MOST = 2200
CONSENT_NAMES = {
    Consent.CUSTOMER: "The customer",
    Consent.STAKEHOLDERS: "The stakeholders",
    Consent.SUCCESS_CRITERIA: "The success criteria",
}


def words(programme: Programme, facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    """Return the programme as it stands on its card: why, success criteria, plan, items, issues, consents."""
    parts = [why(programme, policy), *_towards(programme, facts, policy)]
    parts += filter(None, [action_items_line(programme, facts, policy, now)])
    due_at = facts.sponsor_update_due_at
    if due_at is not None and facts.is_live:
        overdue = ":warning: overdue since " if due_at <= now else ""
        parts.append(f"*Manager's next update to their sponsor:* {overdue}{moment(due_at, str(policy.zone))}")
    call = facts.status_call
    if call is not None and facts.is_live:
        parts.append(f"*Status call:* {moment(call.at, str(policy.zone))}, {person(call.owner)}")
    # Otherwise issues of a confidential programme would name it on their cards.
    if not facts.is_private and policy.has_issues:
        parts.append(_issues(programme, facts))
    parts += _agreements(programme, facts, policy)
    return clip_markup("\n".join(parts), _MOST)


def controls(facts: EscalationFacts) -> Iterator[Block]:
    """Yield the row of buttons of a programme."""
    if Move.AGREE in moves(facts):
        value = str(facts.number)
        yield actions(
            button("Plan and criteria", ids.PRESS_PLAN, value),
            button("Consents", ids.PRESS_CONSENTS, value),
            block_id=f"programme-{facts.number}",
        )


def action_items_line(programme: Programme, facts: EscalationFacts, policy: Policy, now: datetime) -> str | None:
    """Return how many action items are done, and which is due next; None if there are none."""
    found = counts(programme.items)
    if not found.of:
        return None
    line = f"*Action items:* {found.done} of {found.of} done"
    if found.upcoming is None or not facts.is_live:
        return line
    late = sum(is_overdue(item.due_on, policy, now) for item in facts.open_items)
    overdue = f" · :warning: {late} overdue" if late else ""
    upcoming = found.upcoming
    return f"{line}{overdue} · next by {day(upcoming.due_on)}: {escape(upcoming.what, _ITEM)}, {person(upcoming.owner)}"


def why(programme: Programme, policy: Policy) -> str:
    """Return where the request comes from and which criteria apply."""
    criteria = programme.criteria or ("The manager's judgement",)
    lines = "\n".join(f"• {escape(criterion)}" for criterion in criteria)
    return f"*{labels.programme_label(policy)}* · asked for by {escape(programme.source)}\n{lines}"


def belongs(belonging: ProgrammeMembership) -> str:
    """Return which programme an issue belongs to."""
    where = f" in {channel(belonging.channel_id)}" if belonging.channel_id else ""
    return f":link: Part of account programme ESC-{belonging.number}{where}."


def _towards(programme: Programme, facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    if programme.success_criteria:
        yield f"*Success criteria*\n{escape(programme.success_criteria, _WORDS_SHOWN)}"
        if programme.agreed is not None:
            when = moment(programme.agreed.at, str(policy.zone))
            yield f"Agreed by the customer: {escape(programme.agreed.customer, _WORDS_SHOWN)}, {when}"
        elif facts.is_live:
            yield ":hourglass_flowing_sand: The customer hasn't agreed to them yet."
    elif facts.is_live:
        yield ":warning: *Success criteria:* none yet. Agree on them and add them here."
    if programme.plan is not None:
        yield from _about_the_plan(programme, programme.plan, facts)
    elif facts.is_live and policy.kind(facts.kind).remediation_plan:
        yield (":warning: *Remediation plan:* none yet. Add who does what by when.")
    if not facts.is_live and not programme.success_criteria and programme.plan is None:
        yield "No success criteria or remediation plan."


def _about_the_plan(programme: Programme, plan: Plan, facts: EscalationFacts) -> Iterator[str]:
    """Yield the cause, the plan, and whether the customer knows it and has agreed."""
    cause = programme.cause
    if cause is not None and cause.words:
        yield f"*Cause:* {escape(one_line(cause.words), _ITEM)}"
    elif cause is not None and cause.looked_for_by and facts.is_live:
        yield f":mag: *Cause:* not known yet. {person(cause.looked_for_by)} is looking for it."
    yield remediation(plan, _WORDS_SHOWN)
    if programme.plan_agreed is not None:
        agreed = programme.plan_agreed
        yield f"Agreed by the customer: {escape(agreed.customer, _ITEM)}, {day(agreed.on)}"
    if not facts.is_live:
        return
    if programme.plan_changes:
        many = programme.plan_changes
        yield f":envelope: {many} change{'s' if many != 1 else ''} of the plan since the customer was told."
    elif not programme.is_plan_told:
        yield ":envelope: The customer wasn't told the plan yet."


def remediation(plan: Plan, limit: int | None = None) -> str:
    """Return the plan as markup: owner, due day, link and words, cut to `limit` characters if given."""
    where = f" · {link(plan.url, 'in the ticket system')}" if plan.url else ""
    words = f"\n{escape(plan.words, limit)}" if plan.words else ""
    return f"*Remediation plan* · {person(plan.owner)}, by {day(plan.due_on)}{where}{words}"


def _issues(programme: Programme, facts: EscalationFacts) -> str:
    if not programme.open_issues:
        return f"*Open issues of {escape(facts.account.name)}:* none"
    lines = [_issue(issue) for issue in programme.issues[:_ISSUES_SHOWN]]
    more = len(programme.issues) - len(lines)
    lines += [f"• {more} more"] if more else []
    if programme.confidential:
        lines.append(f"• :lock: {programme.confidential} confidential")
    return "\n".join([f"*Open issues of {escape(facts.account.name)} ({programme.open_issues})*", *lines])


def _issue(issue: ProgrammeIssue) -> str:
    where = f" {channel(issue.channel_id)}" if issue.channel_id else ""
    summary = escape(clip(one_line(issue.summary), 100))
    named = f"{issue.level_emoji} {escape(issue.level)} · ESC-{issue.number}{where}"
    opened = "acknowledged" if issue.is_acknowledged else "unacknowledged"
    status = opened if issue.status is Status.OPEN else labels.stage(issue.status)
    return f"• {named} {summary} · {status}"


def _agreements(programme: Programme, facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield who has agreed to closing, and near the end whose consent is missing."""
    for agreement in programme.agreements:
        yield _agreement(agreement)
    if facts.is_live and (programme.agreements or facts.resolved_at is not None):
        given = [agreement.consent for agreement in programme.agreements]
        missing = [CONSENT_NAMES[consent].lower() for consent in missing_consents(facts, policy, given)]
        if missing:
            yield f"Still missing: {', '.join(missing)}."


def _agreement(agreement: Agreement) -> str:
    name, words = CONSENT_NAMES[agreement.consent], escape(agreement.how, 300)
    if agreement.waived:
        return f":ballot_box_with_check: {name}: waived by {person(agreement.by)}: {words}"
    return f":white_check_mark: {name}: {words} (noted by {person(agreement.by)})"
