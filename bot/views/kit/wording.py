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
    Move.MITIGATE: "It can't be marked as mitigated now.",
    Move.RESOLVE: "It can't be resolved now.",
    Move.CLOSE: "It can't be closed now.",
    Move.UNDO: "There's nothing to undo.",
    Move.REOPEN: "It can't be reopened now.",
    Move.WITHDRAW: "It can't be withdrawn now.",
    Move.CHANGE_LEVEL: "It can't be given another level now.",
    Move.ASSIGN: "It can't be given another owner now.",
    Move.WAIVE: "The customer's confirmation can't be waived now.",
    Move.REVIEW: "It can't be given a review now.",
    Move.CATEGORISE: "It can't be put into a category now.",
    Move.INTAKE: "Its facts can't be filled in now.",
    Move.VERIFY: "It can't be verified now.",
    Move.APPROVE: "It can't be approved now.",
    Move.ACCEPT: "It can't be accepted or declined now.",
    Move.EDIT: "It can't be edited now.",
    Move.AGREE: "Its plan and the consents to closing it can't be changed now.",
}
_INSTEAD = {
    Status.OPEN: "It's open: resolve it first.",
    Status.MITIGATED: "Impact has stopped: resolve it next, or reopen it.",
    Status.RESOLVED: "It's resolved: close it, or reopen it.",
    Status.CLOSED: "It's closed: reopen it first.",
}
# In place of people where none are named, or where only plain text is shown.
NAMED = "those the policy names"
_MENTIONS = re.compile("<@[A-Z0-9]+>(?:(?:, | or )<@[A-Z0-9]+>)*")
# `{whom}` is whom to ask.
_IN_THE_WAY = {
    Obstacle.ALREADY_ACKNOWLEDGED: ("{whom} already acknowledged this."),
    Obstacle.NO_CONFIRMATION: ("The customer hasn't confirmed. Add who confirmed and how, or ask {whom} to waive it."),
    Obstacle.NO_REVIEW: "Add the review link.",
    Obstacle.NO_ACTION: ("Add one follow-up with an owner and due date."),
    Obstacle.REVIEW_UNFINISHED: "Add the day the review was finished.",
    Obstacle.TOO_LATE: "It's too late to undo this. Reopen it instead.",
    Obstacle.NO_CAUSE: "Name the cause.",
    Obstacle.SAME_LEVEL: "It has that level already. Choose another one, or leave it.",
    Obstacle.NO_OVERRIDE: "Nobody has set the level by hand, so there is nothing to lift. Choose a level instead.",
    Obstacle.ALREADY_ANSWERED: "It has been answered already, by {whom}. The answer stands in the channel.",
    Obstacle.SUPERSEDED: (
        "Things have changed since this was asked, so there is nothing left to answer. The card shows how it stands."
    ),
    Obstacle.NO_SUCH_ESCALATION: "That escalation does not exist. Check the number of the one it duplicates.",
    Obstacle.NOT_ACCEPTED: (
        "It is only proposed so far. Work on it begins when it is accepted; its clocks run already."
    ),
    Obstacle.ALREADY_ACCEPTED: (
        "It has been accepted already, {by}. If it should not be a programme after all, withdraw it with a reason."
    ),
    Obstacle.ALREADY_DECLINED: (
        "It has been declined already, {by}. If that was wrong, reopen it: that proposes it anew."
    ),
    Obstacle.NO_STAKEHOLDERS: (
        "The stakeholders have not agreed to close it. Write down who agreed and how. "
        "Otherwise {whom} may waive their consent, with a reason."
    ),
    Obstacle.CRITERIA_NOT_MET: (
        "Nobody has said that the success criteria are met. Write down how they are. "
        "Otherwise {whom} may waive them, with a reason."
    ),
    Obstacle.ALREADY_APPROVED: "It is approved already, by {whom}.",
    Obstacle.NOT_OF_THE_TEAM: (
        "It is confidential, and nothing says that you are one of those who may help with it. "
        "Ask {whom} to bring you in."
    ),
    Obstacle.NOT_CHECKED: (
        "Not everything has been checked yet. Note first what was checked; then it can be approved."
    ),
    Obstacle.OWN_CHECK: (
        "You have checked a part of it yourself, and an approval takes a second person. "
        "Ask another manager, or have a colleague check it again."
    ),
}


def refusal(reason: Refusal) -> str:
    """Return what prevents a step, and how to clear it."""
    if reason.obstacle is Obstacle.STATUS:
        return f"{_NOT_NOW[reason.move]} {_INSTEAD[reason.status]}"
    if reason.obstacle is Obstacle.NOT_ADMITTED:
        return _not_admitted(reason)
    if reason.obstacle is Obstacle.NOT_A_CLOSER:
        return f"Only others can close this. Ask {any_of(reason.people) or 'the manager'}."
    by = f"by {person(reason.person)}" if reason.person else "by itself, because nobody had answered in time"
    return _IN_THE_WAY[reason.obstacle].format(whom=_whom(reason), by=by)


def _not_admitted(reason: Refusal) -> str:
    """Return who may do it: the people of a guard of the policy."""
    if not reason.people:
        return "The policy names nobody who may do this. Ask those who maintain it to add somebody."
    only = f"Only {any_of(reason.people)} may"
    if reason.move is Move.APPROVE:
        return f"{only} approve it. Ask them; they can press Approve too."
    if reason.move is Move.ACCEPT:
        return f"{only} accept or decline it. Ask them; they were told when it was proposed."
    return f"{only} do this. Ask them; their reason is posted with their name."


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


SLACK_REFUSED = "Slack didn't let me do that just now. Try again in a minute."


def apology(reference: str) -> str:
    """Return the message that something broke through no fault of the person."""
    return (
        "Sorry, something went wrong on our side and nothing was changed. Please try again; if it happens again, "
        f"tell whoever runs Escalate the reference {reference}."
    )


def value_refused(kind: str) -> str:
    """Return why a text can't be stored as typed, and what to write instead."""
    return (
        f"This looks like {kind}, which must not be kept here. Take it out; it is enough to say in words what it is "
        "about, or that it was checked."
    )


def value_masked(kind: str) -> str:
    """Return the warning shown while declaring, which never stops anybody."""
    return f"This looks like {kind}. Take it out, or it's masked (••••) before anyone reads it."
