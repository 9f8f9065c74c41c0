"""The performers of all features. Every kind of effect has one; the order of the features doesn't matter."""

from collections.abc import Callable, Sequence

from bot.errors import UnreadableRecord
from bot.models import reading
from bot.models.work import EffectKind
from bot.scheduler.effects import (
    card,
    confidential,
    confirming,
    declaring,
    hot_lists,
    incidents,
    intake,
    levels,
    link_previews,
    mail,
    messages,
    on_call,
    outcomes,
    overview,
    paging,
    patterns,
    people,
    policies,
    programmes,
    reports,
    reviews,
    rings,
    sending,
    team_rings,
    teams,
    training,
    updates,
    watch,
)
from bot.scheduler.effects.channel import channel_checks, channels, memberships, tracked_messages
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Job, Performer, Settle

Feature = Callable[[EffectKit], Performers]

FEATURES: Sequence[Feature] = (
    card.performers,
    channels.performers,
    confidential.performers,
    confirming.performers,
    declaring.performers,
    hot_lists.performers,
    levels.performers,
    link_previews.performers,
    mail.performers,
    memberships.performers,
    messages.performers,
    on_call.performers,
    outcomes.performers,
    overview.performers,
    paging.performers,
    patterns.performers,
    people.performers,
    policies.performers,
    programmes.performers,
    reports.performers,
    reviews.performers,
    rings.performers,
    sending.performers,
    incidents.performers,
    intake.performers,
    team_rings.performers,
    teams.performers,
    tracked_messages.performers,
    training.performers,
    updates.performers,
    watch.performers,
    channel_checks.performers,
)


def all_performers(kit: EffectKit, features: Sequence[Feature] = FEATURES) -> Performers:
    """Return the performer of each kind of effect, which gets only what it can read, guarded if it posts in channels.

    Raises ValueError when two features perform one kind, or none does.
    """
    found: Performers = {}
    for feature in features:
        performers = feature(kit)
        if twice := found.keys() & performers.keys():
            raise ValueError(f"performed twice: {', '.join(sorted(twice))}")
        found = {**found, **performers}
    if missing := set(EffectKind) - found.keys():
        raise ValueError(f"performed by nobody: {', '.join(sorted(missing))}")
    return {kind: _readable(perform) for kind, perform in channel_checks.guarded(kit, found).items()}


def _readable(perform: Performer) -> Performer:
    """Return a performer that raises UnreadableRecord for an effect whose payload isn't one of its kind."""

    async def checked(job: Job) -> Settle | None:
        if wrong := reading.problem(job.effect):
            raise UnreadableRecord(reading.named(job.effect), wrong)
        return await perform(job)

    return checked
