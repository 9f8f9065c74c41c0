"""The ladder: who is paged when a page goes unanswered. POLICY.md, "A page" and the presets' ladders."""

from collections.abc import Iterator

from bot.policy.rules import Policy
from bot.policy.slots import Rung


def rungs_above(policy: Policy, role: str) -> Iterator[Rung]:
    """Yield the rungs above the one a role stands on, in order.

    Rungs that are not in turn (technical, product) are never climbed to. A role on no rung begins below.
    """
    ordered = [rung for rung in policy.ladder if rung.in_turn]
    place = next((place for place, rung in enumerate(ordered) if rung.slot == role), -1)
    yield from ordered[place + 1 :]
