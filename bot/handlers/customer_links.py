"""The conversation with a customer who opens a mailed link, outside Slack."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.policy.names import is_channel_id
from bot.policy.record.customer_questions import QuestionKind
from bot.ports.links import Link, Purpose, WebPage
from bot.services.confirming.answers import AskedCustomer, CustomerAnswers, QuestionOverError
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
        try:
            return _page(await self.core.run(self.answers.look, link))
        except QuestionOverError as error:
            return answer_pages.over(error.language, is_asked_anew=error.is_asked_anew)

    async def follow(self, link: Link, answer: str, words: str) -> WebPage:
        """Take the answer. Raises LinkUsedError if one was given before."""
        try:
            return await self._follow(link, answer, words)
        except QuestionOverError as error:
            return answer_pages.over(error.language, is_asked_anew=error.is_asked_anew)

    async def expired(self, link: Link) -> WebPage:
        """Draw what to do instead."""
        language = await self.core.run(self.answers.language, link)
        return answer_pages.expired(self.kind, language, is_of_channel=is_channel_id(link.person))

    async def _follow(self, link: Link, answer: str, words: str) -> WebPage:
        if link.purpose is Purpose.SATISFIED:
            return await self._rate(link, answer, words)
        if answer == answer_pages.YES:
            asked = await self.core.run(self.answers.confirm, link)
            return answer_pages.answered(asked.question, asked.facts, asked.sender)
        if answer != answer_pages.NOT_YET:
            return await self.show(link)
        if not says_something(words):
            return _page(await self.core.run(self.answers.look, link), is_reason_missing=True)
        asked = await self.core.run(self.answers.not_yet, link, words)
        return answer_pages.answered(asked.question, asked.facts, asked.sender)

    async def _rate(self, link: Link, answer: str, words: str) -> WebPage:
        if answer not in {value for _, value in answer_pages.RATINGS}:
            return await self.show(link)
        asked = await self.core.run(self.answers.rate, link, int(answer), words)
        return answer_pages.answered(asked.question, asked.facts, asked.sender)


def _page(asked: AskedCustomer, *, is_reason_missing: bool = False) -> WebPage:
    if asked.question.answered_at is not None:
        return answer_pages.already(asked.question, asked.facts, asked.sender)
    if asked.question.kind is QuestionKind.SATISFIED:
        return answer_pages.asks_how_it_went(asked.question, asked.facts)
    return answer_pages.asks(asked.question, asked.facts, is_reason_missing=is_reason_missing)
