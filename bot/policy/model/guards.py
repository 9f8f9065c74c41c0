"""Guards: the people who may override, waive, accept and approve, and see what is confidential.

A guard admits the holders of its slots on the escalation and the people in its list (docs/policy.md#x19,
docs/policy.md#an-override).
"""

from collections.abc import Collection, Mapping

from pydantic import Field

from bot.policy.model.directory import identity_key
from bot.policy.schema import Key, Part, Text


class Guard(Part):
    """The people who may: the holders of these slots, and these people by e-mail or Slack id."""

    slots: tuple[Key, ...] = ()
    people: tuple[Text, ...] = ()

    def admits(self, identities: Collection[str], holders: Mapping[str, str]) -> bool:
        """Return True if somebody, by any of their identities, is admitted.

        `holders` are the people on the escalation by slot. E-mails are compared without regard to case.
        """
        admitted = {identity_key(person) for person in self.people}
        admitted |= {identity_key(holders[slot]) for slot in self.slots if slot in holders}
        return not admitted.isdisjoint(map(identity_key, identities))

    @property
    def is_empty(self) -> bool:
        """Return True if it names nobody."""
        return not (self.slots or self.people)


class Guards(Part):
    """The guards of a policy. `approve` is for high-risk verification, `accept` for account programmes.

    `sign_off` is for post-incident reviews.

    An empty `close` admits everybody; any other empty guard admits nobody.
    """

    override: Guard = Field(default_factory=Guard)
    waive: Guard = Field(default_factory=Guard)
    close: Guard = Field(default_factory=Guard)
    accept: Guard = Field(default_factory=Guard)
    approve: Guard = Field(default_factory=Guard)
    see_confidential: Guard = Field(default_factory=Guard)
    sign_off: Guard = Field(default_factory=lambda: Guard(slots=("manager",)))
