"""Somebody's Home tab, as an effect."""

from bot.database.outbox import NewEffect
from bot.models.work import EffectKind

# How the key begins of what draws a Home tab; the rest is whose it is.
HOME = "home:"


def home_of(person: str, *, mine: int = 0, everything: int = 0) -> NewEffect:
    """Return the effect that draws somebody's Home tab, its two lists from these places on."""
    lane, payload = f"{HOME}{person}", {"person": person, "mine": mine, "everything": everything}
    # Another page is not the same drawing, and must not be coalesced with the beginning.
    coalesce = f"{lane}:{mine}:{everything}" if mine or everything else lane
    return NewEffect(EffectKind.HOME, payload, lane=lane, coalesce=coalesce)
