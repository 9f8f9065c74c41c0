"""Somebody's Home tab, as an effect."""

from bot.models.work import EffectKind
from bot.services.outbox import NewEffect

# How the key begins of what draws a Home tab; the rest is whose it is.
HOME = "home:"


def home_of(person: str) -> NewEffect:
    """Return the effect that draws somebody's Home tab."""
    key = f"{HOME}{person}"
    return NewEffect(EffectKind.HOME, {"person": person}, lane=key, coalesce=key)
