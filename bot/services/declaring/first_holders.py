"""The holders of the roles of a new escalation, and who belongs in its channel."""

from bot.database.people import People
from bot.database.transaction import Transaction
from bot.policy.decide import routing
from bot.policy.decide.evaluation import Decision
from bot.policy.decide.routing import RoutingInput
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import Holder


def holders_of(
    tx: Transaction, people: People, policy: Policy, decision: Decision, where: RoutingInput
) -> tuple[Holder, ...]:
    """Return who holds each role of a decision, by Slack id as far as known.

    Guests, outsiders and people who left are skipped.
    """
    passed_over = frozenset[str]()
    while True:
        holders = routing.fill(policy, where, decision.roles, passed_over=passed_over)
        known = people.resolve(tx, [holder.person for holder in holders])
        fresh = people.barred(tx, known.values()) - passed_over
        if not fresh:
            break
        passed_over |= fresh
    return tuple(Holder(holder.role, known[holder.person], holder.how) for holder in holders)


def invited_by(decision: Decision, holders: tuple[Holder, ...], declarer: str) -> tuple[str, ...]:
    """Return who belongs in the channel: the holders of the level's roles, and always the declarer."""
    named = [holder.person for holder in holders if holder.role in decision.invite]
    return tuple(dict.fromkeys([*named, declarer]))
