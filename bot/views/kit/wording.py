"""Sentences: refusals and how to clear them, and what is said about defects and values that must not be kept."""

import re
from collections.abc import Sequence

from bot.policy.decide.lifecycle import Move, Obstacle, Refusal
from bot.policy.record.escalation import Status
from bot.views.kit.text import any_of, person

DECLARE_WITHOUT_VALUES = "Don't paste card numbers, IDs or codes."

_NOT_NOW = {
    Move.ACKNOWLEDGE: "It can't be acknowledged now.",
    Move.UPDATE: "It can't be updated now.",
    Move.MITIGATE: "Its impact can't be marked as stopped now.",
    Move.RESOLVE: "It can't be resolved now.",
    Move.CLOSE: "It can't be closed now.",
    Move.UNDO: "There's nothing to undo.",
    Move.REOPEN: "It can't be reopened now.",
    Move.WITHDRAW: "It can't be withdrawn now.",
    Move.CHANGE_LEVEL: "Its severity can't be changed now.",
    Move.ASSIGN: "Its owners can't be changed now.",
    Move.WAIVE: "The customer's confirmation can't be waived now.",
    Move.CONFIRM: "The customer can't be asked now.",
    Move.REVIEW: "Its review can't be changed now.",
    Move.SIGN_OFF: "Its review can't be signed off now.",
    Move.CATEGORISE: "Its category can't be changed now.",
    Move.INTAKE: "Its details can't be filled in now.",
    Move.VERIFY: "It can't be verified now.",
    Move.APPROVE: "It can't be approved now.",
    Move.ACCEPT: "It can't be accepted or declined now.",
    Move.CARRY_OVER: "It can't become an account escalation now.",
    Move.CALL: "A follow-up call comes once it's resolved.",
    Move.TRACK: "Its follow-ups can't be changed any more.",
    Move.LEARN: "That comes once it's closed.",
    Move.KEEP_OPEN: "Its channel stays open anyway.",
    Move.EDIT: "It can't be edited now.",
    Move.WAIT: "It can't wait on the customer now.",
    Move.FOLLOW_UP: "A follow-up can't be noted now.",
    Move.AGREE: "Its plan and the consents to closing it can't be changed now.",
}
_INSTEAD = {
    Status.OPEN: "It's open: resolve it first.",
    Status.MITIGATED: "Impact has stopped: resolve it next, or reopen it.",
    Status.RESOLVED: "It's resolved: close it, or reopen it.",
    Status.CLOSED: "It's closed: reopen it first.",
}
# What resolving it first doesn't make possible, or what nobody needs while it's open.
_NOTHING_INSTEAD = frozenset({Move.UNDO, Move.REOPEN, Move.KEEP_OPEN})
# In place of people where none are named, or where only plain text is shown.
NAMED = "those the policy names"
_MENTIONS = re.compile("<@[A-Z0-9]+>(?:(?:, | or )<@[A-Z0-9]+>)*")
# `{whom}` is whom to ask.
_IN_THE_WAY = {
    Obstacle.ALREADY_ACKNOWLEDGED: ("{whom} already acknowledged this."),
    Obstacle.NO_CONFIRMATION: ("The customer hasn't confirmed. Add who confirmed and how. To waive it, ask {whom}."),
    Obstacle.NO_REVIEW: "Write the review, or add its link.",
    Obstacle.NO_ACTION: ("Add one follow-up with an owner and due date."),
    Obstacle.REVIEW_UNFINISHED: "Add the day the review was finished.",
    Obstacle.NOT_SIGNED_OFF: "The review isn't signed off yet. Ask {whom}.",
    Obstacle.NOT_WRITTEN: "No one has written the review yet.",
    Obstacle.ALREADY_SIGNED_OFF: "{whom} already signed it off.",
    Obstacle.TOO_LATE: "It's too late to undo this. Reopen it instead.",
    Obstacle.NO_CAUSE: "Name the cause.",
    Obstacle.ITEMS_OPEN: "Action items are unfinished. Finish them, or drop them with a reason.",
    Obstacle.SAME_LEVEL: "It's already at that severity.",
    Obstacle.NO_OVERRIDE: "No one set the severity by hand. Choose one instead.",
    Obstacle.ALREADY_ANSWERED: "{whom} already answered this. See the channel.",
    Obstacle.SUPERSEDED: ("No answer needed: this is settled. See the card."),
    Obstacle.NO_SUCH_ESCALATION: "That escalation doesn't exist. Check the number.",
    Obstacle.NOT_ACCEPTED: ("It's a proposal. Work begins when it's accepted."),
    Obstacle.ALREADY_ACCEPTED: ("Already accepted {by}. Not a programme after all? Withdraw it."),
    Obstacle.ALREADY_DECLINED: ("Already declined {by}. Reopen it to propose it again."),
    Obstacle.NO_STAKEHOLDERS: ("The stakeholders haven't agreed. Add who agreed and how. To waive it, ask {whom}."),
    Obstacle.CRITERIA_NOT_MET: ("Add how the success criteria are met. To waive them, ask {whom}."),
    Obstacle.NEWER_UPDATE: "There's a newer update, by {whom}. Post another one instead.",
    Obstacle.NO_UPDATE: "There's no update to edit since it was reopened. Post one instead.",
    Obstacle.PROMISE_PASSED: "The next update it promises is already due. Change the text.",
    Obstacle.ALREADY_CONFIRMED: "The customer already confirmed this.",
    Obstacle.ALREADY_WAITING: "{whom} already noted that it's waiting on the customer.",
    Obstacle.NOT_WAITING: "It doesn't wait on the customer any more.",
    Obstacle.ALREADY_APPROVED: "{whom} already approved this.",
    Obstacle.NOT_OF_THE_TEAM: ("It's confidential, and you're not on its team. Ask {whom} to bring you in."),
    Obstacle.NOT_CHECKED: ("Some checks are missing. Note them before you approve."),
    Obstacle.OWN_CHECK: ("You did one of the checks, so someone else must approve. Ask another manager."),
}


def refusal(reason: Refusal) -> str:
    """Return what prevents a step, and how to clear it."""
    if reason.obstacle is Obstacle.STATUS and reason.status is Status.OPEN and reason.move in _NOTHING_INSTEAD:
        return _NOT_NOW[reason.move]
    if reason.obstacle is Obstacle.STATUS:
        return f"{_NOT_NOW[reason.move]} {_INSTEAD[reason.status]}"
    if reason.obstacle is Obstacle.NOT_ADMITTED:
        return _not_admitted(reason)
    if reason.obstacle is Obstacle.NOT_A_CLOSER:
        return f"You can't close this. Ask {any_of(reason.people) or 'the manager'}."
    if reason.obstacle is Obstacle.NOT_AUTHOR:
        return f"Only {any_of(reason.people)} can edit this update."
    by = f"by {person(reason.person)}" if reason.person else "automatically, because no one answered in time"
    return _IN_THE_WAY[reason.obstacle].format(whom=_whom(reason), by=by)


def _not_admitted(reason: Refusal) -> str:
    """Return who may do it: the people of a guard of the policy."""
    if not reason.people:
        return "The policy names no one for this. Ask its owner to add someone."
    only = f"Only {any_of(reason.people)} can"
    if reason.move is Move.APPROVE:
        return f"{only} approve it. They can press Approve."
    if reason.move is Move.ACCEPT:
        return f"{only} accept or decline it. They were told when it was proposed."
    if reason.move is Move.CONFIRM:
        return f"{only} ask the customer. Ask them to."
    return f"{only} do this. Ask them."


def without_mentions(words: str) -> str:
    """Return a refusal for a place that shows only plain text."""
    return _MENTIONS.sub(NAMED, words)


def _whom(reason: Refusal) -> str:
    return any_of(reason.people) or (person(reason.person) if reason.person else NAMED)


def refusals(reasons: Sequence[Refusal]) -> str:
    """Return everything that prevents a step, as a list if it is more than one thing."""
    if len(reasons) == 1:
        return refusal(reasons[0])
    return "\n".join(f"• {refusal(reason)}" for reason in reasons)


SLACK_REFUSED = "Slack didn't let us do that just now. Try again in a minute."


def apology(reference: str) -> str:
    """Return the message that something broke through no fault of the person."""
    return (
        "Sorry, something went wrong on our side. Nothing was changed. Try again. If it fails again, give "
        f"an admin this reference: {reference}."
    )


def value_refused(kind: str) -> str:
    """Return why a text can't be stored as typed, and what to write instead."""
    return (
        f"This looks like {kind}, which we must not keep. Take it out. Write what it's about, or that it was checked."
    )


def value_masked(kind: str) -> str:
    """Return the warning shown while declaring, which never stops anybody."""
    return f"This looks like {kind}. Take it out, or we mask it (••••)."
