"""The menu of a line of the digest: what a manager does about what needs action."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import Option, OverflowMenuElement

from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.rules import Policy
from bot.policy.plan import nudges
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, role_name
from bot.views.kit import ids
from bot.views.kit.parts import option
from bot.views.overview.escalation_line import STEPS, next_move

REMIND: Final = "remind"
TAKE: Final = "take"
BRING_IN: Final = "people"


def draw(facts: EscalationFacts, policy: Policy, own: Collection[str], now: datetime) -> OverflowMenuElement | None:
    """Return the menu for a manager, by their identities; None if there is nothing to do.

    It has the next step, reminding who owes it unless that is the manager, taking the fix over, and bringing people in.
    """
    options = list(_options(facts, policy, own, now))
    return OverflowMenuElement(action_id=ids.PICK_DIGEST, options=options) if options else None


def _options(facts: EscalationFacts, policy: Policy, own: Collection[str], now: datetime) -> Iterator[Option]:
    possible = moves(facts)
    step = None if facts.is_proposed else next_move(facts)
    if step is not None:
        yield option(f"{facts.number}:{step.value}", STEPS[step][0])
    owed = nudges.asked_for(facts, policy, now)
    role = nudges.role_of(owed.due) if owed is not None else None
    if role is not None and Move.UPDATE in possible and facts.holder(role) not in own:
        yield option(f"{facts.number}:{REMIND}", f"Remind the {role_name(role)}")
    if Move.ASSIGN in possible and facts.holder(FIX_OWNER) not in own:
        yield option(f"{facts.number}:{TAKE}", f"Take over as {role_name(FIX_OWNER)}")
    if Move.EDIT in possible:
        yield option(f"{facts.number}:{BRING_IN}", "Bring in people")
