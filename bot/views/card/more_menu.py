"""The card's *More* menu: its entries, and when each is offered."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Final

from slack_sdk.models.blocks import StaticSelectElement

from bot.policy.decide.account_programme import may_become_programme
from bot.policy.decide.lifecycle import Move, moves, review_of
from bot.policy.model.levels import Requirement
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.info_form import info, shown
from bot.views.kit.parts import button, option, section
from bot.views.kit.text import plain


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """An entry of the menu: its key, its words, whether it applies, and the move that a guard may forbid."""

    key: str
    words: str
    fits: Callable[[EscalationFacts, Policy], bool]
    move: Move | None = None


def _while(move: Move) -> Callable[[EscalationFacts, Policy], bool]:
    return lambda facts, _policy: move in moves(facts)


def _level_may_change(facts: EscalationFacts, policy: Policy) -> bool:
    return policy.only_level is None and Move.CHANGE_LEVEL in moves(facts)


def _may_be_categorised(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if there is a category to choose, or it may be made private."""
    return Move.CATEGORISE in moves(facts) and (bool(policy.categories) or not facts.is_private)


def _may_be_reviewed(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if the policy knows a review for it, or one is linked already."""
    is_known = review_of(facts, policy)[0] is not Requirement.NONE or facts.review.url is not None
    return is_known and Move.REVIEW in moves(facts)


def _waits_for_confirmation(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if it is resolved only with the customer's confirmation, which has not come."""
    return Move.WAIVE in moves(facts) and Consent.CUSTOMER in policy.kind(facts.kind).consents


def _may_be_confirmed(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if the customer can be asked whether it is solved: while their consent counts and hasn't come."""
    return Move.CONFIRM in moves(facts) and Consent.CUSTOMER in policy.kind(facts.kind).consents


def _asks_for_exit_criteria(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if the policy asks for exit criteria; a programme has success criteria instead."""
    wanted = policy.kind(facts.kind).exit_criteria is not None
    return wanted and not facts.is_programme and Move.UPDATE in moves(facts)


def _has_follow_ups(facts: EscalationFacts, _policy: Policy) -> bool:
    """Return True once the impact has stopped, or if there are any: while it burns, no one looks for them."""
    return Move.TRACK in moves(facts) and (facts.status is not Status.OPEN or bool(facts.review.actions))


# In the order of the menu.
CHOICES: Final = (
    MenuChoice("now", "Escalate now", _while(Move.UPDATE)),
    MenuChoice("level", "Change severity", _level_may_change),
    MenuChoice("owners", "Change owners", _while(Move.ASSIGN)),
    MenuChoice("people", "Bring in people", _while(Move.EDIT)),
    MenuChoice("edit", "Edit summary or account", _while(Move.EDIT)),
    MenuChoice("update", "Edit last update", lambda facts, _policy: facts.update_to_edit is not None),
    MenuChoice("began", "When it began", _while(Move.EDIT)),
    MenuChoice("wait", "Waiting on customer", _while(Move.WAIT)),
    MenuChoice("followed", "Customer followed up", _while(Move.FOLLOW_UP)),
    MenuChoice("ticket", "Link a ticket", _while(Move.EDIT)),
    MenuChoice("category", "Category and privacy", _may_be_categorised),
    MenuChoice(
        "verify",
        "Identity check",
        lambda facts, policy: Move.VERIFY in moves(facts) and bool(policy.verification.tiers),
    ),
    MenuChoice("exit", "Exit criteria", _asks_for_exit_criteria),
    MenuChoice("review", "Post-incident review", _may_be_reviewed),
    MenuChoice("confirm", "Customer's confirmation", _may_be_confirmed),
    MenuChoice("waive", "Waive confirmation", _waits_for_confirmation, Move.WAIVE),
    MenuChoice(
        "incident",
        "Major incident",
        lambda facts, policy: facts.is_live and policy.patterns.major_incident is not None,
    ),
    MenuChoice("account", "Make it an account escalation", may_become_programme),
    MenuChoice("churn", "Churn risk", lambda facts, policy: facts.is_live and policy.patterns.churn_risk is not None),
    MenuChoice("pages", "Who was paged", lambda facts, _policy: bool(facts.pages)),
    MenuChoice("told", "What the customer was told", lambda facts, _policy: not facts.is_proposed),
    MenuChoice("timeline", "Timeline", lambda facts, _policy: not facts.is_proposed),
    MenuChoice("followups", "Follow-ups", _has_follow_ups),
    MenuChoice("status_call", "Status call", lambda facts, _policy: facts.is_programme and Move.AGREE in moves(facts)),
    MenuChoice("call", "Follow-up call", _while(Move.CALL)),
    MenuChoice("summary", "Issue summary", _while(Move.LEARN)),
    MenuChoice("learned", "What we learned", _while(Move.LEARN)),
    MenuChoice("withdraw", "Withdraw", _while(Move.WITHDRAW)),
)


def choices(facts: EscalationFacts, policy: Policy, hidden: Collection[Move] = ()) -> tuple[MenuChoice, ...]:
    """Return the entries that apply now, without the moves in `hidden`."""
    found = [choice for choice in CHOICES if choice.move not in hidden and choice.fits(facts, policy)]
    if not policy.categories:
        found = [replace(one, words="Make it private") if one.key == "category" else one for one in found]
    return tuple(found)


def select(facts: EscalationFacts, policy: Policy, hidden: Collection[Move] = ()) -> StaticSelectElement | None:
    """Return the menu of the card; None if no entry applies."""
    found = choices(facts, policy, hidden)
    options: list[Any] = [option(f"{facts.number}:{choice.key}", choice.words) for choice in found]
    if not options:
        return None
    return StaticSelectElement(action_id=ids.PICK_MORE, placeholder=plain("More", 150), options=options)


def form(facts: EscalationFacts, policy: Policy, hidden: Collection[Move] = ()) -> View:
    """Draw the menu as a form, for the *More…* button of cards that an earlier version drew."""
    title, value = f"More for {facts.key}", str(facts.number)
    found = choices(facts, policy, hidden)
    if not found:
        return info(title, "Nothing else to do right now.")
    blocks = [
        section(choice.words, accessory=button("Open", f"{ids.PRESS_MORE_ENTRY}{choice.key}", value))
        for choice in found
    ]
    return shown(title, blocks)
