"""Who may do what the matrix does not: override, waive, accept, approve, and see what is confidential.

Each is given by holding one of the slots on the escalation, or by standing in the list (POLICY.md X19, "An override").
"""

from pydantic import Field

from bot.policy.schema import Key, Part, Text


class Guard(Part):
    """Who may: the holders of these slots, and these people by e-mail or Slack id."""

    slots: tuple[Key, ...] = ()
    people: tuple[Text, ...] = ()


class Guards(Part):
    """The guards of a policy. `approve` is for high-risk verification, `accept` for account programmes."""

    override: Guard = Field(default_factory=Guard)
    waive: Guard = Field(default_factory=Guard)
    close: Guard = Field(default_factory=Guard)
    accept: Guard = Field(default_factory=Guard)
    approve: Guard = Field(default_factory=Guard)
    see_confidential: Guard = Field(default_factory=Guard)
