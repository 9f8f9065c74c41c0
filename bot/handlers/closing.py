"""The forms that end an escalation, and that of its exit criteria."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError, Misread
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import Draw, FormRegistry, on_top_of, required
from bot.handlers.kit.routes import Routes
from bot.policy.addresses import mail_address
from bot.policy.decide.account_programme import Programme
from bot.policy.decide.lifecycle import Move
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.closing.closures import Closures, RatingRequest, Resolution
from bot.services.closing.exit_criteria import ExitCriteria
from bot.services.closing.waivers import Waivers
from bot.views.closing import closing_forms, contract, exit_criteria, waiver_form
from bot.views.closing.closing_forms import DUPLICATE, action_of
from bot.views.confirming.customer_words import ask_how_it_went
from bot.views.kit import ids, picking
from bot.views.kit.form_values import date_of, number_of, option_of, says_something, text_of
from bot.views.programmes import programme_forms

_OPENERS = {
    ids.PRESS_MITIGATE: Move.MITIGATE,
    ids.PRESS_RESOLVE: Move.RESOLVE,
    ids.PRESS_CLOSE: Move.CLOSE,
    ids.PRESS_REOPEN: Move.REOPEN,
}
# The forms that list what must hold.
_UNDER = {ids.RESOLVE: Move.RESOLVE, ids.CLOSE: Move.CLOSE}


@dataclass(frozen=True)
class ClosureHandlers:
    """Handles the forms from mitigation to closing, waiving, reopening and withdrawing."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services
    # The forms that clear what is missing, by the key of their entry in the menu.
    entries: Mapping[str, Draw]

    @property
    def closures(self) -> Closures:
        """Return the service."""
        return self.services.closures

    @property
    def waivers(self) -> Waivers:
        """Return the service of waivers."""
        return self.services.waivers

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        for action_id, move in _OPENERS.items():
            routes.action(action_id, self.after_ack(self.forms.opener(move)))
        routes.action(ids.PRESS_UNDO, self.press_undo)
        routes.action(ids.PRESS_KEEP_OPEN, self.press_keep_open)
        routes.action_beginning(ids.PRESS_CLEAR, self.after_ack(self.clear))
        routes.view(ids.MITIGATE, self.submit_mitigation)
        routes.view(ids.RESOLVE, self.submit_resolution)
        routes.view(ids.CLOSE, self.submit_closing)
        routes.view(ids.REOPEN, self.submit_reopening)
        routes.view(ids.WITHDRAW, self.submit_withdrawal)
        routes.view(ids.WAIVE, self.submit_waiver)

    async def clear(self, body: Body) -> None:
        """Put the form that clears a missing thing on top of the one that lists it."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        draw = self.entries.get(body["actions"][0]["action_id"].removeprefix(ids.PRESS_CLEAR))
        if draw is None:
            raise Misread("no such way to clear something")
        under = _UNDER.get(body["view"]["callback_id"])
        await self.forms.open_with(
            body["trigger_id"],
            person,
            lambda: on_top_of(draw(self.services, number, person), under, body["view"]),
            is_on_top=True,
        )

    async def press_undo(self, ack: AsyncAck, body: Body) -> None:
        """Undo the last mitigation or resolution."""
        await self.core.run(self.closures.undo, int(body["actions"][0]["value"]), by=body["user"]["id"])
        await ack()

    async def press_keep_open(self, ack: AsyncAck, body: Body) -> None:
        """Keep the channel open after closing."""
        await self.core.run(self.closures.keep_open, int(body["actions"][0]["value"]), by=body["user"]["id"])
        await ack()

    async def submit_mitigation(self, ack: AsyncAck, body: Body) -> None:
        """Record the mitigation."""
        view = body["view"]
        mitigate = partial(self.closures.mitigate, number_of(view))
        await self.core.run(mitigate, by=body["user"]["id"], note=text_of(view, "note"))
        await ack()

    async def submit_resolution(self, ack: AsyncAck, body: Body) -> None:
        """Resolve it, with the facts the form adds."""
        view = body["view"]
        confirmed_by = text_of(view, "confirmed_by") or None
        wrong = closing_forms.missing_of_action(view)
        if not says_something(text_of(view, "fixed")):
            wrong["fixed"] = "Enter what was fixed."
        if confirmed_by is not None and not says_something(confirmed_by):
            wrong["confirmed_by"] = "Name who confirmed it."
        if confirmed_by and not option_of(view, "confirmed_how"):
            wrong["confirmed_how"] = "Enter how they confirmed."
        if wrong:
            raise FormError.of(wrong)
        action = action_of(view)
        resolution = Resolution(
            fixed=text_of(view, "fixed"),
            cause=option_of(view, "cause"),
            confirmed_by=confirmed_by,
            confirmed_how=option_of(view, "confirmed_how"),
            evidence=text_of(view, "evidence") or None,
            review_url=text_of(view, "review_url") or None,
            actions=[action] if action else [],
        )
        await self.core.run(self.closures.resolve, number_of(view), resolution, by=body["user"]["id"])
        await ack()

    async def submit_closing(self, ack: AsyncAck, body: Body) -> None:
        """Close it."""
        view = body["view"]
        close = partial(self.closures.close, number_of(view))
        summary = _closing_words(view)
        finished_on, given = date_of(view, "finished_on"), closing_forms.consents_of(view)
        cause, person = option_of(view, "cause"), body["user"]["id"]
        rating = await self.core.run(self._rating, number_of(view), text_of(view, "rate_to"), person)
        await self.core.run(
            close,
            by=person,
            summary=summary,
            finished_on=finished_on,
            given=given,
            cause=cause,
            rating=rating,
            review_url=text_of(view, "review_url") or None,
        )
        await ack()

    def _rating(self, number: int, address: str, person: str) -> RatingRequest | None:
        """Return the question to the customer how it went, if an address was given. Raises FormError."""
        if not address:
            return None
        to = mail_address(address)
        if to is None:
            raise FormError("rate_to", "Enter one mail address, or none.")
        facts, policy = self.services.escalations.one(number, viewer=person)
        signs = self.services.customer_questions.rating_sender(facts, by=person)
        return RatingRequest(to, ask_how_it_went(facts, policy, signs))

    async def submit_reopening(self, ack: AsyncAck, body: Body) -> None:
        """Reopen it."""
        view = body["view"]
        reopen = partial(self.closures.reopen, number_of(view))
        await self.core.run(reopen, by=body["user"]["id"], reason=required(view, "reason", "Enter a reason."))
        await ack()

    async def submit_withdrawal(self, ack: AsyncAck, body: Body) -> None:
        """Withdraw it."""
        view = body["view"]
        duplicate = option_of(view, "duplicate_of") if option_of(view, "why") == DUPLICATE else None
        if option_of(view, "why") == DUPLICATE and duplicate is None:
            raise FormError("why", "Choose the one it duplicates.")
        withdraw = partial(self.closures.withdraw, number_of(view))
        reason = required(view, "reason", "Enter a reason.")
        number = int(duplicate) if duplicate else None
        await self.core.run(withdraw, by=body["user"]["id"], reason=reason, duplicate_of=number)
        await ack()

    async def submit_waiver(self, ack: AsyncAck, body: Body) -> None:
        """Waive the customer's confirmation."""
        view = body["view"]
        waive = partial(self.waivers.waive, number_of(view))
        reason = required(view, "reason", "Enter a reason. It's posted.")
        await self.core.run(waive, by=body["user"]["id"], reason=reason)
        await ack()
        await self.forms.redraw_below(body)


@dataclass(frozen=True)
class ExitCriteriaHandlers:
    """Handles the exit criteria form."""

    core: Core
    criteria: ExitCriteria

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.EXIT_CRITERIA, self.submit)

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Save the exit criteria."""
        view = body["view"]
        words = required(view, "words", "Enter what must be true to close it.")
        write = partial(self.criteria.write, number_of(view), words, customer=text_of(view, "customer") or None)
        await self.core.run(write, by=body["user"]["id"])
        await ack()


def _closing_words(view: Mapping[str, Any]) -> str:
    """Return the closing summary: the answers to the policy's questions, if it has any."""
    questions = closing_forms.questions_of(view)
    if not questions:
        return required(view, "summary", "Write a summary.")
    answers = (f"{asked}\n{required(view, field, 'Answer in a sentence.')}" for field, asked in questions.items())
    return "\n\n".join(answers)


def draw_closing(services: Services, number: int, viewer: str) -> View:
    """Draw the form that closes, with what a programme needs in addition."""
    facts, policy = services.escalations.for_move(number, Move.CLOSE, viewer=viewer)
    around = services.programmes.around(facts)
    programme = around if isinstance(around, Programme) else None
    agreed = [agreement.consent for agreement in programme.agreements] if programme is not None else []
    before = [*programme_forms.before_closing(facts, policy, programme)]
    ways = _ways(services, facts, policy, viewer)
    rate_to = services.customer_questions.rating_draft(number, by=viewer)
    criteria = programme.success_criteria if programme is not None else ""
    reviewed = services.reviews.for_closing(number, by=viewer)
    return closing_forms.close(
        facts, policy, before, agreed=agreed, ways=ways, rate_to=rate_to, criteria=criteria, reviewed=reviewed
    )


def draw_resolution(services: Services, number: int, viewer: str) -> View:
    """Draw the form that resolves."""
    facts, policy = services.escalations.for_move(number, Move.RESOLVE, viewer=viewer)
    ways = _ways(services, facts, policy, viewer)
    return closing_forms.resolve(
        facts,
        policy,
        services.core.database.clock.now(),
        ways,
        undone=services.closures.undone(number, viewer=viewer),
    )


def _ways(services: Services, facts: EscalationFacts, policy: Policy, viewer: str) -> frozenset[str]:
    """Return the forms that somebody may clear a missing thing with."""
    found = {contract.REVIEW, contract.FOLLOW_UPS, contract.PLAN, contract.CONSENTS}
    if services.customer_questions.may_ask(facts, policy, by=viewer):
        found.add(contract.CONFIRM)
    if Move.WAIVE not in services.escalations.forbidden(facts, policy, viewer=viewer):
        found.add(contract.WAIVE)
    return frozenset(found)


def draw_consents(services: Services, number: int, viewer: str) -> View:
    """Draw the form of the consents of a programme."""
    return programme_forms.consents(*services.programmes.for_agreeing(number, by=viewer))


def draw_withdrawal(services: Services, number: int, viewer: str) -> View:
    """Draw the form that withdraws, with the escalations it may duplicate."""
    facts, policy = services.escalations.for_move(number, Move.WITHDRAW, viewer=viewer)
    others = services.escalations.others(number, viewer=viewer, limit=picking.MOST)
    return closing_forms.withdraw(facts, policy, others)


def draw_waiver(services: Services, number: int, viewer: str) -> View:
    """Draw the form that waives the customer's confirmation."""
    return waiver_form.draw(*services.waivers.may_waive(number, by=viewer))


def draw_exit_criteria(services: Services, number: int, viewer: str) -> View:
    """Draw the form of the exit criteria."""
    return exit_criteria.form(*services.escalations.for_move(number, Move.UPDATE, viewer=viewer))


def _drawn(move: Move, form: Callable[[EscalationFacts, Policy], View]) -> Draw:
    """Return the drawing function of a form that needs only the record."""
    return lambda services, number, viewer: form(*services.escalations.for_move(number, move, viewer=viewer))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    entries = {entry.key: entry.draw for entry in kit.menu}
    entries |= {contract.PLAN: kit.forms.drawn_by[Move.AGREE], contract.CONSENTS: draw_consents}
    ClosureHandlers(kit.core, kit.after_ack, kit.forms, services, entries).register(routes)
    ExitCriteriaHandlers(kit.core, services.exit_criteria).register(routes)


CONVERSATION = Conversation(
    _listen,
    forms={
        Move.MITIGATE: _drawn(Move.MITIGATE, closing_forms.mitigate),
        Move.RESOLVE: draw_resolution,
        Move.CLOSE: draw_closing,
        Move.REOPEN: _drawn(Move.REOPEN, closing_forms.reopen),
        Move.WITHDRAW: draw_withdrawal,
        Move.WAIVE: draw_waiver,
    },
    menu=(
        MenuEntry("waive", draw_waiver),
        MenuEntry("withdraw", draw_withdrawal),
        MenuEntry("exit", draw_exit_criteria),
    ),
    fields=closing_forms.FIELDS,
)
