"""Direct messages as effects."""

from bot.database.outbox import NewEffect
from bot.models.work import EffectKind
from bot.policy.plan.stored_notices import StoredNotice, payload_of
from bot.policy.record.notices.channel import KeptForLaterNotice


def direct_message(notice: StoredNotice, to: str, *, coalesce: str | None = None) -> NewEffect:
    """Return the effect that sends somebody a direct message."""
    return NewEffect(EffectKind.DIRECT, {**payload_of(notice), "to": to}, coalesce=coalesce)


def held_notice(key: str, person: str) -> NewEffect:
    """Return the direct message that an action on `key` will be posted once the channel is back."""
    return direct_message(KeptForLaterNotice(), person, coalesce=f"{key}:kept:{person}")
