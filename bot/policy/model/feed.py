"""The feeds: quiet channels with a line for each event, one for everything, and others for a team or region."""

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from bot.policy.schema import Key, Part, Text, keyed

Heard = tuple[Literal["opening", "level", "status", "closing"], ...]
_QUIET: Final[Heard] = ("opening", "level", "closing")
_HEARD_AS: Final = {
    "declared": "opening",
    "reopened": "opening",
    "level changed": "level",
    "level rose": "level",
    "mitigated": "status",
    "resolved": "status",
    "undone": "status",
    "closed": "closing",
    "withdrawn": "closing",
}


class OwnFeed(Part):
    """A feed of its own channel for what fits all its filters; a filter without values fits everything.

    `regions` are those of accounts, `areas` and `teams` those of the escalation, `levels` the present one.
    """

    key: Key
    channel: Text
    regions: tuple[Text, ...] = ()
    areas: tuple[Text, ...] = ()
    teams: tuple[Key, ...] = ()
    levels: tuple[Key, ...] = ()
    hears: Heard = _QUIET

    def fits(self, *, region: str | None, area: str | None, team: str | None, level: str) -> bool:
        """Return True if an escalation is one of this feed's."""
        having = ((self.regions, region), (self.areas, area), (self.teams, team), (self.levels, level))
        return all(
            not wanted or (has is not None and has.casefold() in {each.casefold() for each in wanted})
            for wanted, has in having
        )

    def hears_of(self, what: str) -> bool:
        """Return True if the feed gets an event, by the event's name."""
        return _HEARD_AS[what] in self.hears


class Feed(Part):
    """The feed channel, which gets a line for every escalation, its events, and the feeds of teams and regions.

    `opening` is declared or reopened, `status` mitigated or resolved, `closing` closed or withdrawn.
    """

    hears: Heard = _QUIET
    own: Annotated[tuple[OwnFeed, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()

    def hears_of(self, what: str) -> bool:
        """Return True if the feed gets an event, by the event's name."""
        return _HEARD_AS[what] in self.hears
