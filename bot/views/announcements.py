"""Channel messages about what somebody did: what happened, why, what next."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.policy.decide import ladder
from bot.policy.model.facts import HealthState
from bot.policy.model.rules import Policy
from bot.policy.plan.timers import review_due_at
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, PageCause, role_name
from bot.ports.workspace import Block, Message
from bot.views.categories import category_card
from bot.views.channel import places
from bot.views.channel.channel_messages import ANNOUNCEMENTS as OF_CHANNELS
from bot.views.closing import end_words, exit_criteria
from bot.views.kit import ids, standing
from bot.views.kit.parts import actions, button, context, paragraphs, quote, section
from bot.views.kit.text import escape, link, moment, person
from bot.views.levels import request_announcements
from bot.views.paging import page_messages
from bot.views.patterns.pattern_messages import ANNOUNCEMENTS
from bot.views.programmes import programme_messages
from bot.views.teams import team_messages
from bot.views.verification.verification_message import not_verified, verified
from bot.views.watch import watch_messages

Payload = Mapping[str, Any]


def draw(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement. `payload["what"]` selects it, the rest are its facts."""
    return _KINDS[payload["what"]](payload, facts, policy)


def _simple(text: str, *small: str) -> Message:
    """Return a message of one paragraph, with small print below it."""
    return Message(text, (*paragraphs(text), *([context(*small)] if small else [])))


def _category(_payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    return category_card.draw(facts, policy)


def _categorised(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    key = payload["category"]
    about = f"this is about {escape(policy.category(key).label)}" if key else "this belongs to no category"
    text = f":card_index_dividers: {person(payload['by'])} says that {about}."
    if payload["before"] != payload["after"]:
        before, after = policy.level(payload["before"]).label, policy.level(payload["after"]).label
        text += f" {escape(before)} → {escape(after)}; the card says why, and the clocks follow."
    if facts.is_private:
        return _simple(text, ":lock: It is confidential: only the people of its channel see it anywhere.")
    return _simple(text)


def _team_answered(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    name = escape(policy.team(payload["team"]).name)
    return _simple(
        f":busts_in_silhouette: {name} has answered, says {person(payload['by'])}, who is in the channel now."
    )


def _team_chased(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    who = policy.team(payload["team"])
    again = "I have asked them again in their channel" if payload.get("reached", True) else "I can't post there either"
    asked = again if who.slack else "They have no channel I could ask in"
    relationship = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
    copies = ", ".join(team_messages.reached(policy.team(key), facts) for key in payload["copies"])
    also = f", with {copies} in copy" if copies else ""
    text = f":hourglass: {escape(who.name)} has not answered yet. {asked}. "
    return _simple(f"{text}{relationship}: write to {team_messages.reached(who, facts)}{also}.")


def _team_unreachable(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    then = "What I have for them waits until I can post there." if payload.get("waits") else ""
    return _simple(
        f":warning: I could not post in {places.named(payload['channel'])}: {places.why_closed(payload['why'])}. "
        f"{fixer}: tell them yourself this time. {places.how_to_mend(payload['why'])}. {then}".rstrip()
    )


def _page_undeliverable(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    role = role_name(payload["role"])
    then = "Others are being paged too." if payload["others"] else "The next in line is being paged instead."
    return _simple(
        f":warning: I could not page {person(payload['person'])} ({role}): {escape(payload['why'])}. {then}",
        "Whoever takes it, press Acknowledge; whoever can be reached should hold the role (More → Owners).",
    )


def _page_held_up(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    role = role_name(payload["role"])
    return _simple(
        f":warning: Slack doesn't take my page to {person(payload['person'])} ({role}): {escape(payload['why'])}. "
        "I keep trying.",
        "If you can reach them another way, please do. `escalate doctor` shows what is held up.",
    )


def _acknowledged(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    who = person(payload["by"])
    taken = " and is now the fix owner" if payload.get("took_over") else ""
    text = f":raising_hand: {who} has acknowledged this{taken}. {standing.promise(facts, policy)}"
    blocks: list[Block] = [section(text)]
    if facts.last_customer_update_at is None:
        relationship = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
        blocks.append(
            context(f"{relationship}: tell the customer what we understand, the level, and when they hear next.")
        )
        blocks.append(actions(button("Write the first update", ids.PRESS_UPDATE, str(facts.number))))
    return Message(text, tuple(blocks))


def _updated(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    next_at = payload.get("next_at")
    promise = (
        f"Next update {moment(datetime.fromisoformat(next_at), str(policy.zone))}."
        if next_at
        else "No next update is owed."
    )
    text = f":memo: Update by {person(payload['by'])}: {escape(payload['known'], 600)} {promise}"
    return Message(text, tuple(_update_blocks(payload, policy, promise)))


def _update_blocks(payload: Payload, policy: Policy, promise: str) -> Iterator[Block]:
    yield from paragraphs(f":memo: *Update* by {person(payload['by'])}\n{escape(payload['known'])}")
    if payload.get("internal_note"):
        yield from paragraphs(f"*Internal, not for the customer*\n{escape(payload['internal_note'])}")
    if payload.get("customer_text"):
        yield from paragraphs(f"*For the customer*\n{quote(escape(payload['customer_text']))}")
    else:
        yield context("Internal only: the customer has not been told anything new, and their clock runs on.")
    rule = policy.health_rule(HealthState(payload["health"])) if payload.get("health") else None
    if rule is not None:
        yield context(f"Health: {rule.emoji} {escape(rule.label)}")
    if payload.get("without_plan"):
        yield context(":warning: There is no remediation plan yet: “Plan and success criteria…” on the card takes it.")
    yield context(promise)


def _mitigated(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    note = f" {escape(payload['note'])}" if payload.get("note") else ""
    text = f":adhesive_bandage: {person(payload['by'])} says the harm has stopped.{note} The resolution clock stands."
    due_at = review_due_at(facts, policy)
    small = ["Next: make sure it is solved, and ask the customer to confirm it."]
    if due_at is not None:
        small.append(f"The review is due {moment(due_at, str(policy.zone))}.")
    return _simple(text, *small)


def _resolved(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":white_check_mark: {person(payload['by'])} says it is resolved: {escape(payload['fixed'])}"
    if facts.confirmation is not None:
        how = f", by {escape(facts.confirmation.how)}" if facts.confirmation.how else ""
        small = [f"Confirmed for the customer by {escape(facts.confirmation.by)}{how}."]
    else:
        small = ["The customer's confirmation was waived."] if facts.waiver is not None else []
    due_at = review_due_at(facts, policy)
    if due_at is not None and facts.review.finished_on is None:
        small.append(
            f"Before it can be closed, the review must be finished; it is due {moment(due_at, str(policy.zone))}."
        )
    else:
        small.append("Next: close it with a summary.")
    return _simple(text, *small, *watch_messages.promise(facts, policy), *end_words.before_closing(facts, policy))


def _reviewed(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    said: list[str] = []
    if payload.get("url"):
        said.append(f"linked {link(payload['url'], 'the review')}")
    if payload.get("actions"):
        many = payload["actions"]
        said.append(f"added {many} corrective action{'s' if many != 1 else ''}")
    if payload.get("finished_on"):
        said.append("noted that the review is finished")
    return _simple(f":mag: {person(payload['by'])} {' and '.join(said) or 'looked at the review'}.")


def _closed(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":checkered_flag: {facts.key} is closed by {person(payload['by'])}.\n{escape(payload['summary'])}"
    left = end_words.after_closing(facts, policy)
    small = context(
        "This channel will be archived; its history stays searchable.",
        "If it comes back, anybody can reopen it from the card or with the command.",
    )
    return Message(text, (*paragraphs(text), *([section(left)] if left else []), small))


def _withdrawn(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    known = payload.get("duplicate_of") not in payload.get("left_out", ())
    duplicate = f" It is a duplicate of ESC-{payload['duplicate_of']}." if payload.get("duplicate_of") and known else ""
    text = f":no_entry_sign: {person(payload['by'])} has withdrawn {facts.key}: {escape(payload['reason'])}.{duplicate}"
    return _simple(text, "It counts in no SLA and needs no review. This channel will be archived.")


def _reopened(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":leftwards_arrow_with_hook: {person(payload['by'])} has reopened {facts.key}: {escape(payload['reason'])}"
    small = [f"{standing.owners(facts)}.", standing.promise(facts, policy)]
    if facts.previous_channel_id:
        small.append(f"What was said before stands in {standing.before(facts)}.")
    return _simple(text, *small)


def _waived(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    who = person(payload["by"])
    return _simple(f":ballot_box_with_check: {who} has waived the customer's confirmation: {escape(payload['reason'])}")


def _assigned(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    role, who, by = role_name(payload["role"]), person(payload["person"]), person(payload["by"])
    before = f" from {person(payload['before'])}" if payload.get("before") else ""
    if payload["person"] == payload["by"]:
        return _simple(f":bust_in_silhouette: {by} has taken over as {role}{before}.")
    return _simple(
        f":bust_in_silhouette: {by} has made {who} the {role}{' in place of' if before else ''}{before[5:]}."
    )


def _passed_over(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    return _simple(
        f":bust_in_silhouette: {person(payload['before'])} cannot be reached ({escape(payload['why'])}). "
        f"{role_name(payload['role']).capitalize()} is now {person(payload['person'])}, {escape(payload['how'])}."
    )


def _nobody_left(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    heard = payload["person"]
    last = f"The last one paged was {person(heard)}." if heard else "No page has reached anybody."
    page = next((page for page in facts.pages if page.id == payload["page"]), None)
    rests = ladder.alarm_of(facts, page).exhausted_at if page is not None else None
    again = f" {page_messages.again_from_the_top(rests, facts, policy)}" if rests is not None else ""
    text = (
        f":rotating_light: Nobody has answered the pages for {facts.key}, and the ladder ends here. "
        f"{last}{again} {fixer}, please say in this channel who has it."
    )
    blocks = [section(text)]
    if page is not None and (further := page_messages.further(page, facts, policy)):
        blocks.append(actions(further))
    return Message(text, tuple(blocks))


def _team_called(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    found = policy.team(payload["team"])
    told = "It has been told in its channel." if found.slack else "It has no channel here: please call or write now."
    return _simple(
        f":rotating_light: Nobody has answered the pages for {facts.key}: "
        f"{page_messages.WHY_ONWARD[PageCause(payload['cause'])]}. "
        f"Next on the ladder is {team_messages.reached(found, facts)}. {told}"
    )


def _nobody_on_the_rung(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    return _simple(
        f":warning: {escape(payload['title'])} cannot be paged: nobody is named for it, or they were paged already."
    )


_KINDS: Mapping[str, Callable[[Payload, EscalationFacts, Policy], Message]] = {
    "category": _category,
    "categorised": _categorised,
    "page undeliverable": _page_undeliverable,
    "page held up": _page_held_up,
    "team answered": _team_answered,
    "team chased": _team_chased,
    "team unreachable": _team_unreachable,
    "acknowledged": _acknowledged,
    "updated": _updated,
    "mitigated": _mitigated,
    "resolved": _resolved,
    "reviewed": _reviewed,
    "closed": _closed,
    "exit criteria": exit_criteria.told,
    "withdrawn": _withdrawn,
    "reopened": _reopened,
    **programme_messages.KINDS,
    "confirmation waived": _waived,
    "assigned": _assigned,
    "passed over": _passed_over,
    "nobody left to page": _nobody_left,
    "nobody on the rung": _nobody_on_the_rung,
    "team called": _team_called,
    **ANNOUNCEMENTS,
    "identity verified": verified,
    "identity no longer verified": not_verified,
    **request_announcements.KINDS,
    **OF_CHANNELS,
}
