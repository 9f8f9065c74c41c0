"""The sentences: what stands in the way and how to clear it, and the words offered ready to send."""

from collections.abc import Sequence

from bot.policy.escalation import Status
from bot.policy.lifecycle import Move, Obstacle, Refusal
from bot.views.text import person

STILL_INVESTIGATING = "Still investigating; the root cause is not yet isolated."

_DONE = {
    Move.ACKNOWLEDGE: "acknowledged",
    Move.UPDATE: "updated",
    Move.MITIGATE: "marked as mitigated",
    Move.RESOLVE: "resolved",
    Move.CLOSE: "closed",
    Move.REOPEN: "reopened",
    Move.WITHDRAW: "withdrawn",
    Move.CHANGE_LEVEL: "given another level",
    Move.ASSIGN: "given another owner",
    Move.WAIVE: "freed from the customer's confirmation",
    Move.REVIEW: "given a review",
}
_INSTEAD = {
    Status.OPEN: "It is open: mitigate or resolve it first.",
    Status.MITIGATED: "It is mitigated: resolve it next, or reopen it if the harm is back.",
    Status.RESOLVED: "It is resolved: close it, or reopen it if it has come back.",
    Status.CLOSED: "It is closed: reopen it first if it has come back.",
}


def still_investigating_to_customer(next_at: str | None) -> str:
    """Return the text to the customer when there is no news. `next_at` is plain text with its zone."""
    promise = f" We will write again by {next_at}." if next_at else ""
    return f"We are still investigating; we have not yet isolated the cause, and we are working on it.{promise}"


def refusal(reason: Refusal) -> str:
    """Say what stands in the way, and how to clear it."""
    whom = person(reason.person) if reason.person else "the manager"
    match reason.obstacle:
        case Obstacle.STATUS:
            return f"It cannot be {_DONE[reason.move]} now. {_INSTEAD[reason.status]}"
        case Obstacle.ALREADY_ACKNOWLEDGED:
            return f"It is acknowledged already, by {whom}. Post an update when there is something to say."
        case Obstacle.NO_CONFIRMATION:
            return (
                "The customer has not confirmed it. Write down who confirmed and how, "
                f"or ask {whom} to waive the confirmation, with a reason."
            )
        case Obstacle.NO_REVIEW:
            return "No review is linked, and this level requires one. Put the review's address into the form."
        case Obstacle.NO_ACTION:
            return (
                "There is no corrective action. Add at least one with an owner and a date: "
                "an action without an owner does not exist."
            )
        case Obstacle.REVIEW_UNFINISHED:
            return "The review is not finished. Note the day it was finished, then close."
        case Obstacle.NOT_A_MANAGER:
            return f"Only a manager may do this. Ask {whom}: it takes their name and one line of reason."
        case Obstacle.SAME_LEVEL:
            return "It has that level already. Choose another one, or leave it."
        case Obstacle.NO_SUCH_ESCALATION:
            return "That escalation does not exist. Check the number of the one it duplicates."


def refusals(reasons: Sequence[Refusal]) -> str:
    """Say everything that stands in the way, as a list where it is more than one thing."""
    if len(reasons) == 1:
        return refusal(reasons[0])
    return "\n".join(f"• {refusal(reason)}" for reason in reasons)


def apology(reference: str) -> str:
    """Say that something broke that is not the person's fault."""
    return (
        "Sorry, something went wrong on our side and nothing was changed. Please try again; if it happens again, "
        f"tell whoever runs Escalate the reference {reference}."
    )
