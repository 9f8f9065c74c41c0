"""The preview below a posted link to a ticket or an account: level, status, what is due, owners."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from bot.policy.plan.link_previews import LinkPreview
from bot.ports.workspace import Block
from bot.views.kit import lines
from bot.views.kit.parts import context, section
from bot.views.kit.text import near_moment
from bot.views.overview.by_customer import line_places
from bot.views.overview.escalation_line import line_with_owners

# In place of a preview that may not be read any more.
TAKEN_BACK: Final = ":lock: This preview is gone."


def draw(preview: LinkPreview, workspace_url: str) -> Sequence[Block]:
    """Draw a preview."""
    return tuple(_blocks(preview, workspace_url))


def taken_back() -> Sequence[Block]:
    """Draw what takes the place of a preview about something that is confidential now."""
    return (context(TAKEN_BACK),)


def _blocks(preview: LinkPreview, workspace_url: str) -> Iterator[Block]:
    places = line_places((facts for facts, _ in preview.found.shown), preview.found.under)
    for (facts, policy), at in zip(preview.found.shown, places, strict=True):
        words = partial(line_with_owners, facts, policy, preview.at, workspace_url, is_below=at.is_below)
        yield section(at.drawn(lines.line(facts.key, words)))
    more = [f"{preview.found.after} more"] if preview.found.after else []
    yield context(" · ".join([*more, f"As of {near_moment(preview.at, preview.at, str(preview.policy.zone))}"]))
