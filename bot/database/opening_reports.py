"""The effect that tells a declarer what keeps an opening waiting."""

from bot.database.outbox import NewEffect
from bot.models.work import EffectKind


def opening_report(number: int) -> NewEffect:
    """Return the effect that tells the declarer what Slack refused, or that it's slow, if that is still so by then."""
    key = f"ESC-{number}:progress"
    return NewEffect(EffectKind.PROGRESS, lane=key, coalesce=key)
