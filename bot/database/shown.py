"""State shown of an escalation besides the card: kept when a change begins, to see later what must be redrawn."""

from dataclasses import dataclass

from bot.policy.decide.checklists import done_by_record
from bot.policy.decide.topic import Topic, topic_of
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True)
class Shown:
    """The facts that the checklist's count and the topic are drawn from, and whose Home shows them.

    `update_to_edit` is the update whose message has a button.
    """

    is_live: bool
    done: frozenset[str]
    topic: Topic
    people: frozenset[str]
    update_to_edit: int | None


def shown(facts: EscalationFacts, policy: Policy) -> Shown:
    """Return what counts, topic and buttons are drawn from, and whose Home shows it."""
    done, topic = done_by_record(policy, facts), topic_of(facts, policy)
    return Shown(facts.is_live, done, topic, people_of(facts), facts.update_to_edit)


def people_of(facts: EscalationFacts) -> frozenset[str]:
    """Return who takes part: those who hold a role, who declared it, and who has follow-ups left to do."""
    owners = (action.owner for action in facts.review.unsettled)
    return frozenset({facts.declared_by, *(holder.person for holder in facts.holders.values()), *owners})
