"""Where teams were asked, as far as Slack has taken the question."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TeamAsked:
    """A message that asked a team. `team` is the policy's key, `channel` Slack's id."""

    team: str
    channel: str
