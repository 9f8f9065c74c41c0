"""Posts the hot list, and edits it through its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import structlog

from bot.database.transaction import Core, Transaction
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.plan.hot_list import HotListPage
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import CLOSED, edited, post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.confidential.redaction import PostedMessage
from bot.services.overview.hot_lists import HotLists
from bot.services.policies.policy_owner import PolicyOwner
from bot.views.overview import hot_list


@dataclass(frozen=True)
class HotListEffects:
    """Performs the hot list."""

    core: Core
    workspace: Workspace
    hot_lists: HotLists
    policy_owner: PolicyOwner
    command: str
    draws_tables: bool

    async def post_or_edit(self, job: Job) -> Settle | None:
        """Post a day's list, or bring it up to date. Yesterday's list stays as it is."""
        channel, run = self.hot_lists.channel, self.core.run_in_background
        if channel is None:
            raise Dropped
        on = date.fromisoformat(job.effect.payload["on"])
        present, seen = await run(self.hot_lists.posted, on)
        page = await run(self.hot_lists.compose)
        if page.on != on or (present is None and not page.is_wanted):
            raise Dropped
        message = hot_list.draw(page, self.command, as_table=self.draws_tables)
        about = {"names": [each.facts.number for each in page.customers]}
        if present is not None and await edited(self.workspace, present, message):
            job.said.append(PostedMessage(present, None, about))
        else:
            present = await self._posted(job, channel, message, about)
        return partial(_note, self.hot_lists, page, present, seen)

    async def _posted(self, job: Job, channel: str, message: Message, about: Mapping[str, Any]) -> Posted:
        """Post the list. Without the channel nothing is posted; who owns the policy hears of one that was lost."""
        try:
            return await post_once(self.workspace, job, channel, message, about=about)
        except Permanent as error:
            if error.code not in CLOSED:
                raise
            structlog.get_logger().warning("hot list not posted", channel=channel, error=error.code)
            if await self.core.run_in_background(self.hot_lists.was_ever_posted):
                words = hot_list.closed(channel, error.code)
                await self.core.run_in_background(partial(self.policy_owner.tell, words, about=f"hot list {channel}"))
            raise Dropped from None


def _note(hot_lists: HotLists, page: HotListPage, at: Posted, seen: int | None, tx: Transaction) -> None:
    hot_lists.note(tx, page, at, seen)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    settings = services.records.service_settings
    effects = HotListEffects(
        kit.core,
        kit.workspace,
        services.hot_lists,
        services.policy_owner,
        settings.command,
        settings.draws_new_blocks,
    )
    return {EffectKind.HOT_LIST: effects.post_or_edit}
