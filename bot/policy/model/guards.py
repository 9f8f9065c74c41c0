"""Guards: the people who may override, waive, accept and approve, and see what is confidential.

A guard admits the holders of its slots on the escalation and the people in its list (docs/policy.md#x19,
docs/policy.md#an-override).
"""

from collections.abc import Mapping

from pydantic import Field

from bot.policy.schema import Key, Part, Text


class Guard(Part):
    """The people who may: the holders of these slots, and these people by e-mail or Slack id."""

    slots: tuple[Key, ...] = ()
    people: tuple[Text, ...] = ()

    def admits(self, person: str, holders: Mapping[str, str]) -> bool:
        """Return True if somebody is admitted; `holders` are the people on the escalation by slot."""
        return person in self.people or any(holders.get(slot) == person for slot in self.slots)


class Guards(Part):
    """The guards of a policy. `approve` is for high-risk verification, `accept` for account programmes.

    An empty `close` admits everybody; any other empty guard admits nobody.
    """

    override: Guard = Field(default_factory=Guard)
    waive: Guard = Field(default_factory=Guard)
    close: Guard = Field(default_factory=Guard)
    accept: Guard = Field(default_factory=Guard)
    approve: Guard = Field(default_factory=Guard)
    see_confidential: Guard = Field(default_factory=Guard)
