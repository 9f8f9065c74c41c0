"""Who may do what the matrix does not: override, waive, accept, approve, and see what is confidential.

Each is given by holding one of the slots on the escalation, or by standing in the list (POLICY.md X19, "An override").
"""

from collections.abc import Mapping

from pydantic import Field

from bot.policy.schema import Key, Part, Text


class Guard(Part):
    """Who may: the holders of these slots, and these people by e-mail or Slack id."""

    slots: tuple[Key, ...] = ()
    people: tuple[Text, ...] = ()

    def admits(self, person: str, holders: Mapping[str, str]) -> bool:
        """Tell whether somebody may; `holders` are the people on the escalation by slot."""
        return person in self.people or any(holders.get(slot) == person for slot in self.slots)


class Guards(Part):
    """The guards of a policy. `approve` is for high-risk verification, `accept` for account programmes.

    A `close` that names nobody lets everybody close; the others then let nobody.
    """

    override: Guard = Field(default_factory=Guard)
    waive: Guard = Field(default_factory=Guard)
    close: Guard = Field(default_factory=Guard)
    accept: Guard = Field(default_factory=Guard)
    approve: Guard = Field(default_factory=Guard)
    see_confidential: Guard = Field(default_factory=Guard)
