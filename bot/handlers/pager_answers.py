"""The conversation with people in the paging service."""

from dataclasses import dataclass

import structlog

from bot.database.transaction import Core
from bot.ports.pager import PagerAnswer
from bot.services.paging.pager_answers import OutsideAnswers


@dataclass(frozen=True)
class PagerAnswerHandlers:
    """Hands answers from the paging service to the service that takes them."""

    core: Core
    outside_answers: OutsideAnswers

    async def answer(self, answer: PagerAnswer) -> None:
        """Take one answer."""
        taken = await self.core.run(self.outside_answers.take, answer)
        structlog.get_logger().info("pager answered", key=answer.key, resolved=answer.is_resolved, taken=taken)
