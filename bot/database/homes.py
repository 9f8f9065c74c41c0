"""Effects that draw a person's Home tab."""

from bot.database.outbox import NewEffect
from bot.models.work import EffectKind

# Prefix of the keys of these effects; the rest is the person.
HOME = "home:"


def home_of(person: str, *, mine: int = 0, everything: int = 0) -> NewEffect:
    """Return the effect that draws somebody's Home tab, its two lists starting at these offsets."""
    lane, payload = f"{HOME}{person}", {"person": person, "mine": mine, "everything": everything}
    # Another page is another drawing and must not be coalesced with the first.
    coalesce = f"{lane}:{mine}:{everything}" if mine or everything else lane
    return NewEffect(EffectKind.HOME, payload, lane=lane, coalesce=coalesce)
