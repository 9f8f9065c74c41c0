"""Patterns: churn risk, recurring causes, case reviews."""

import asyncio
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core, is_away
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.patterns.case_reviews import CaseReviews
from bot.services.patterns.causes import Causes
from bot.services.patterns.churn_risk import ChurnRisks
from bot.views.kit import ids, parts
from bot.views.kit.form_values import number_of, text_of
from bot.views.patterns import case_review, churn_risk
from bot.views.patterns import causes as pattern_causes

# How long the menu waits for earlier causes.
_MENU_SECONDS = 1.0


@dataclass(frozen=True)
class PatternHandlers:
    """Handles the forms and menus of patterns."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    churn_risks: ChurnRisks
    case_reviews: CaseReviews
    causes: Causes

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.CHURN_RISK, self.submit_churn_risk)
        routes.options(ids.CAUSE, self.offer_causes)
        routes.action(ids.PRESS_CASE_REVIEW, self.after_ack(self.open_case_review))
        routes.view(ids.CASE_REVIEW, self.submit_case_review)

    async def submit_churn_risk(self, ack: AsyncAck, body: Body) -> None:
        """Mark the customer as a churn risk, or lift the mark."""
        view = body["view"]
        note = partial(self.churn_risks.note, number_of(view), churn_risk.signals_of(view))
        await self.core.run(note, by=body["user"]["id"], note=text_of(view, "note"))
        await ack()

    async def offer_causes(self, ack: AsyncAck, body: Body) -> None:
        """Return recent causes and the typed text."""
        typed = body.get("value") or ""
        try:
            async with asyncio.timeout(_MENU_SECONDS):
                known = await self.core.run(self.causes.like, typed)
        except Exception as error:
            if not isinstance(error, TimeoutError) and not is_away(error):
                raise
            # The typed text can be chosen anyway.
            known = []
        options = pattern_causes.offer(typed, known)
        await ack(options=parts.offered(options))

    async def open_case_review(self, body: Body) -> None:
        """Open the form for the findings."""
        person = body["user"]["id"]
        number, review = (int(part) for part in body["actions"][0]["value"].split(":"))
        await self.forms.open_with(body["trigger_id"], person, lambda: self._draw_case_review(number, review, person))

    async def submit_case_review(self, ack: AsyncAck, body: Body) -> None:
        """Finish the case review."""
        view, findings = body["view"], text_of(body["view"], "findings")
        if not findings:
            raise FormError("findings", "Enter what you found.")
        finish = partial(self.case_reviews.finish, number_of(view), case_review.review_of(view))
        await self.core.run(finish, by=body["user"]["id"], findings=findings)
        await ack()

    def _draw_case_review(self, number: int, review: int, person: str) -> View:
        found = self.case_reviews.open_to(number, review, by=person)
        return case_review.form(found.review, found.facts, found.policy)


def draw_churn_risk(services: Services, number: int, person: str) -> View:
    """Draw the form for churn signals."""
    draft = services.churn_risks.draft(number, by=person)
    return churn_risk.form(draft.facts, draft.policy, draft.risk, draft.noted, draft.unresolved)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    PatternHandlers(
        kit.core, kit.after_ack, kit.forms, services.churn_risks, services.case_reviews, services.causes
    ).register(routes)


CONVERSATION = Conversation(
    _listen,
    menu=(MenuEntry("churn", draw_churn_risk),),
)
