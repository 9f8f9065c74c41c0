"""The output of `escalate policy migrate --dry-run`."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.commands.terminal import line
from bot.policy.model.rules import Policy
from bot.policy.time.moments import plain_moment
from bot.services.policies.migrations import MigrationPreview


def as_text(previews: Sequence[MigrationPreview], after: Policy) -> str:
    """Return the changes a policy would make as text, one escalation after another."""
    different = sum(preview.outlook.is_different for preview in previews)
    lines = [
        (
            f"{after.name}, version {after.version}, would change {different} of {_counted(len(previews))}. "
            "Nothing was changed: each keeps the policy it was declared under."
        )
    ]
    for preview in previews:
        lines += ["", _title(preview), *(f"  {line(change)}" for change in _outlook(preview, after))]
    return "\n".join(lines)


def _counted(count: int) -> str:
    return f"{count} open escalation{'' if count == 1 else 's'}"


def _title(preview: MigrationPreview) -> str:
    facts, policy = preview.facts, preview.policy
    whose = "confidential" if facts.is_private else f"{facts.account.name}: {facts.summary}"
    level = policy.level(facts.level).label
    return line(f"{facts.key}  {level}  {whose}  (under {policy.name}, version {policy.version})")


def _outlook(preview: MigrationPreview, after: Policy) -> Iterator[str]:
    """Return the changes. For confidential escalations, leave out people and reasons, which would identify them."""
    found, is_private = preview.outlook, preview.facts.is_private
    if preview.policy == after:
        yield "It runs under this policy already."
    elif not found.is_different:
        yield "Nothing would change."
    for what in found.unknown:
        yield f"It can't move, because {after.name} doesn't have {what}."
    yield from found.changes
    for due in found.due:
        yield f"{due.what} due: {_moment(due.before, after)} → {_moment(due.after, after)}."
    if is_private:
        reasons = len(found.gained) + len(found.lost)
        yield from [f"Brought in: {len(found.people)}."] if found.people else []
        yield from [f"Reasons that change: {reasons}."] if reasons else []
        return
    for holder in found.people:
        yield f"Brought in: {holder.person} as {after.slot(holder.role).label} ({holder.how})."
    yield from (f"New reason: {reason}" for reason in found.gained)
    yield from (f"No longer: {reason}" for reason in found.lost)


def _moment(at: datetime | None, policy: Policy) -> str:
    return plain_moment(at, policy.zone) if at is not None else "—"
