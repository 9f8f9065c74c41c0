"""The conversation with a customer who opens a mailed link, outside Slack."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.policy.record.customer_questions import QuestionKind
from bot.ports.links import Link, Purpose, WebPage
from bot.services.confirming.answers import CustomerAnswers
from bot.views.confirming import answer_pages
from bot.views.kit.form_values import says_something


@dataclass(frozen=True)
class CustomerLinkHandlers:
    """Answers links by which a customer says whether it is solved, or how it went."""

    core: Core
    answers: CustomerAnswers
    kind: QuestionKind

    async def show(self, link: Link) -> WebPage:
        """Ask; nothing is changed, because mail programs open links by themselves."""
        asked = await self.core.run(self.answers.look, link)
        if asked.question.answered_at is not None:
            return answer_pages.already(asked.question, asked.key, asked.sender)
        if asked.question.kind is QuestionKind.SATISFIED:
            return answer_pages.asks_how_it_went(asked.question)
        return answer_pages.asks(asked.question, asked.key)

    async def follow(self, link: Link, answer: str, words: str) -> WebPage:
        """Take the answer. Raises LinkUsedError if one was given before."""
        if link.purpose is Purpose.SATISFIED:
            return await self._rate(link, answer, words)
        if answer == answer_pages.YES:
            asked = await self.core.run(self.answers.confirm, link)
            return answer_pages.answered(asked.question, asked.key, asked.sender)
        if answer != answer_pages.NOT_YET:
            return await self.show(link)
        if not says_something(words):
            asked = await self.core.run(self.answers.look, link)
            if asked.question.answered_at is not None:
                return answer_pages.already(asked.question, asked.key, asked.sender)
            return answer_pages.asks(asked.question, asked.key, is_reason_missing=True)
        asked = await self.core.run(self.answers.not_yet, link, words)
        return answer_pages.answered(asked.question, asked.key, asked.sender)

    async def _rate(self, link: Link, answer: str, words: str) -> WebPage:
        if answer not in {value for _, value in answer_pages.RATINGS}:
            return await self.show(link)
        asked = await self.core.run(self.answers.rate, link, int(answer), words)
        return answer_pages.answered(asked.question, asked.key, asked.sender)

    async def expired(self) -> WebPage:
        """Draw what to do instead."""
        return answer_pages.expired(self.kind)
