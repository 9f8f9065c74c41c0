"""Account programmes: propose, decide, plan, consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.database.policies import Policies
from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.account_lookup import AccountLookup
from bot.handlers.kit.account_menu import AccountMenu
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry, TypedVerb
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import PROGRAMME
from bot.policy.decide.account_programme import Plan, ProposalRequest, programme_kind
from bot.policy.decide.lifecycle import Move
from bot.policy.model.facts import ACCOUNT
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.declaring.declarations import Declarations
from bot.services.programmes.carrying import CarriedOver
from bot.services.programmes.planning import PlanRequest
from bot.services.programmes.programmes import Programmes
from bot.views.closing import closing_forms
from bot.views.declaring.declaration_draft import Origin
from bot.views.kit import ids
from bot.views.kit.account_choice import CHOOSE_ACCOUNT, AccountChoice
from bot.views.kit.form_values import date_of, number_of, option_of, person_of, says_something, text_of
from bot.views.programmes import plan_form, programme_forms
from bot.views.programmes.programme_forms import ACCEPT, DECLINE, Proposed

# What Slack takes of a view that it has sent.
_OF_A_VIEW = ("type", "callback_id", "title", "submit", "close", "private_metadata")
_CHANGED = "The policy has changed since this form was opened. Open it again."


@dataclass(frozen=True)
class ProgrammeHandlers:
    """Handles the forms and buttons of account programmes."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    account_menu: AccountMenu
    account_lookup: AccountLookup
    policies: Policies
    declarations: Declarations
    programmes: Programmes
    carried_over: CarriedOver

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.options(ids.PROPOSE_ACCOUNT, self.account_menu.offer)
        routes.action(ids.PRESS_PROPOSE, self.after_ack(self.open_proposing))
        routes.action(ids.MORE_PROPOSAL, self.after_ack(self.show_more))
        routes.action(ids.PRESS_ACCEPT, self.after_ack(self.open_accepting))
        routes.action(ids.PRESS_DECLINE, self.after_ack(self.open_declining))
        routes.action(ids.PRESS_ANSWER, self.after_ack(self.open_answering))
        routes.action(ids.PRESS_PLAN, self.after_ack(self.forms.opener(Move.AGREE)))
        routes.action(ids.PICK_PROGRAMME, self.after_ack(self.open_of_incident))
        routes.action(ids.PRESS_CONSENTS, self.after_ack(self.open_consents))
        routes.view(ids.PROPOSE, self.submit_proposal)
        routes.view(ids.ANSWER_PROPOSAL, self.submit_answer)
        routes.view(ids.PLAN, self.submit_plan)
        routes.view(ids.CONSENTS, self.submit_consents)

    async def open_from_command(self, account: str, trigger: str, person: str, origin: Origin | None = None) -> None:
        """Open the form of `/escalate programme`, for the account typed after it."""
        known = await self.account_lookup.called(account, viewer=person)
        choice = AccountChoice(known.id, known.name) if known else None
        policy, drawn_with = self.policies.stored()
        form = programme_forms.propose(choice, policy, origin=origin, drawn_with=drawn_with)
        await self.forms.open_with(trigger, person, lambda: form)

    async def open_proposing(self, body: Body) -> None:
        """Open the empty form."""
        await self.open_from_command("", body["trigger_id"], body["user"]["id"])

    async def show_more(self, body: Body) -> None:
        """Show the questions behind "More options"."""
        view, person = body["view"], body["user"]["id"]
        await self.forms.fill_with(view["id"], person, partial(self._with_more, view, person), opened=view)

    def _with_more(self, view: Body, person: str) -> View:
        number = programme_forms.made_from(view)
        source = self.carried_over.draft(number, by=person)[0] if number is not None else None
        asked = programme_forms.more_questions(self.policies.current, source)
        # What was typed stays: Slack keeps it by its fields.
        known = [block for block in view["blocks"] if block.get("block_id") != programme_forms.MORE]
        return {**{key: view[key] for key in _OF_A_VIEW if view.get(key)}, "blocks": [*known, *asked]}

    async def open_of_incident(self, body: Body) -> None:
        """Open the form that makes a programme from one escalation of a major incident."""
        number = int(body["actions"][0]["selected_option"]["value"])
        await self.forms.open(body["trigger_id"], Move.CARRY_OVER, number, viewer=body["user"]["id"])

    async def submit_proposal(self, ack: AsyncAck, body: Body) -> None:
        """Propose a programme; a line says what happens next. A form submitted twice proposes once."""
        view, person = body["view"], body["user"]["id"]
        said, policy = programme_forms.read(view), self.policies.current
        lists: Policy | None = policy
        if said.drawn_with != self.policies.digest:
            policy = await self.core.run(self.declarations.policy_drawn_with, said.drawn_with)
            lists = await self.core.run(self.declarations.lists_drawn_with, said.drawn_with)
        declaration = _declaration(said, policy, lists)
        request, number = view["id"], declaration.made_from
        if number is not None:
            request = await self.core.run(self.carried_over.request_of, number, by=person)
        propose = partial(self.declarations.declare, declaration, by=person, request=request)
        await self.core.run(propose)
        await ack()

    async def open_accepting(self, body: Body) -> None:
        """Open the form for the reason of accepting."""
        await self._open_answer(body, ACCEPT)

    async def open_declining(self, body: Body) -> None:
        """Open the form for the reason of declining."""
        await self._open_answer(body, DECLINE)

    async def open_answering(self, body: Body) -> None:
        """Open the form for accepting or declining."""
        await self._open_answer(body, None)

    async def submit_answer(self, ack: AsyncAck, body: Body) -> None:
        """Accept or decline. If it is already decided, say how."""
        view = body["view"]
        answer, reason = programme_forms.answer_of(view), text_of(view, "reason")
        if answer == DECLINE and not reason:
            raise FormError("reason", "Enter a reason for the proposer.")
        act = self.programmes.accept if answer == ACCEPT else self.programmes.decline
        await self.core.run(partial(act, number_of(view), by=body["user"]["id"], reason=reason))
        await ack()

    async def submit_plan(self, ack: AsyncAck, body: Body) -> None:
        """Save the plan, which must have an owner, a date, and a cause or somebody who looks for it."""
        view = body["view"]
        said = PlanRequest(
            plan=_plan(view),
            success_criteria=text_of(view, "success_criteria"),
            customer=text_of(view, "customer") or None,
            cause=text_of(view, "plan_cause") if says_something(text_of(view, "plan_cause")) else None,
            looked_for_by=person_of(view, "plan_looks"),
            plan_customer=text_of(view, "plan_customer") or None,
            plan_agreed_on=date_of(view, "plan_agreed_on"),
        )
        if said.plan is not None and said.cause is None and said.looked_for_by is None:
            raise FormError("plan_cause", "Enter the cause, or choose who looks for it.")
        await self.core.run(partial(self.programmes.plan, number_of(view), said), by=body["user"]["id"])
        await ack()
        await self.forms.redraw_below(body)

    async def open_consents(self, body: Body) -> None:
        """Open the form for consents."""
        number, person = _pressed(body)

        def draw() -> View:
            return programme_forms.consents(*self.programmes.for_agreeing(number, by=person))

        await self.forms.open_with(body["trigger_id"], person, draw)

    async def submit_consents(self, ack: AsyncAck, body: Body) -> None:
        """Record consents, or waive one."""
        view, person = body["view"], body["user"]["id"]
        given, waived, reason = closing_forms.consents_of(view), option_of(view, "waived"), text_of(view, "reason")
        if waived is None:
            if not any(given.values()):
                raise FormError("waived", "Note a consent above, or choose the one to waive.")
            await self.core.run(partial(self.programmes.agree, number_of(view), given), by=person)
        elif not reason:
            raise FormError("reason", "Enter why it can close without it.")
        else:
            waive = partial(self.programmes.waive, number_of(view), Consent(waived))
            await self.core.run(waive, by=person, reason=reason)
        await ack()
        await self.forms.redraw_below(body)

    async def _open_answer(self, body: Body, initial: str | None) -> None:
        number, person = _pressed(body)
        await self.forms.open_with(
            body["trigger_id"], person, lambda: _draw_answer(self.programmes, number, person, initial)
        )


def _pressed(body: Body) -> tuple[int, str]:
    """Return a button's escalation, and who pressed it."""
    return int(body["actions"][0]["value"]), body["user"]["id"]


def _declaration(said: Proposed, policy: Policy, lists: Policy | None) -> Declaration:
    """Check what Slack can't. `lists` is the policy that the form was drawn with. Raises FormError."""
    if said.account is None and said.made_from is None:
        raise FormError("account", CHOOSE_ACCOUNT)
    if not said.summary:
        raise FormError("summary", "Enter what puts the account at risk.")
    level = policy.only_level or said.level
    if level is None or policy.find_level(level) is None:
        if not said.asks_level:
            raise FormError("summary", _CHANGED)
        raise FormError("level", "Choose a severity.")
    return Declaration(
        account_id=said.account.account_id if said.account is not None else None,
        new_account=said.account.name if said.account is not None and said.account.account_id is None else None,
        made_from=said.made_from,
        summary=said.summary,
        level=level,
        permalink=said.permalink,
        kind=ACCOUNT,
        confidential=said.confidential,
        proposal=_proposal(said, lists),
        channel=said.origin.channel if said.origin else None,
        response_url=said.origin.response_url if said.origin else None,
        thread=said.origin.thread if said.origin else None,
        drawn_with=said.drawn_with,
    )


def _plan(view: Mapping[str, Any]) -> Plan | None:
    """Parse the plan, or return None. Raises FormError if a part is missing."""
    words, url = text_of(view, "plan"), text_of(view, "plan_url") or None
    owner, due_on = person_of(view, "plan_owner"), date_of(view, "plan_due")
    if not words and not url:
        if due_on is not None:
            raise FormError("plan", "Enter the steps, or link to them below.")
        return None
    if owner is None:
        raise FormError("plan_owner", "Choose a plan owner.")
    if due_on is None:
        raise FormError("plan_due", "Choose a due date.")
    return Plan(words=words, owner=owner, due_on=due_on, url=url)


def _proposal(said: Proposed, lists: Policy | None) -> ProposalRequest:
    """Resolve positions in the lists that the form shows to their words. Raises FormError if these aren't known."""
    kind = programme_kind(lists) if lists is not None else None
    try:
        sources, criteria = (kind.sources, kind.criteria) if kind else ((), ())
        return ProposalRequest(
            source=sources[said.source] if said.source is not None else "",
            criteria=tuple(criteria[place] for place in said.criteria),
            success_criteria=said.success_criteria,
            health=said.health,
        )
    except IndexError:
        raise FormError("summary", _CHANGED) from None


def draw_answer(services: Services, number: int, viewer: str) -> View:
    """Draw the form for accepting or declining."""
    return _draw_answer(services.programmes, number, viewer, None)


def draw_plan(services: Services, number: int, viewer: str) -> View:
    """Draw the form for the plan."""
    return plan_form.draw(*services.programmes.for_planning(number, by=viewer))


def draw_carrying(services: Services, number: int, viewer: str) -> View:
    """Draw the form that makes a programme from an escalation."""
    facts, own = services.carried_over.draft(number, by=viewer)
    # The programme is declared under the policy in force, whatever the escalation was declared under.
    policy, drawn_with = services.policies.stored()
    origin = Origin(facts.channel_id, None) if facts.has_channel and facts.channel_id is not None else None
    return programme_forms.propose(
        None,
        policy,
        summary=facts.summary,
        origin=origin,
        made_from=facts,
        made_under=own,
        drawn_with=drawn_with,
    )


def _draw_answer(programmes: Programmes, number: int, viewer: str, initial: str | None) -> View:
    facts, policy, programme = programmes.answerable(number, by=viewer)
    return programme_forms.answer(facts, policy, programme, initial=initial)


def _handlers(kit: HandlerKit) -> ProgrammeHandlers:
    services = kit.services
    return ProgrammeHandlers(
        kit.core,
        kit.after_ack,
        kit.forms,
        kit.account_menu,
        kit.account_lookup,
        services.policies,
        services.declarations,
        services.programmes,
        services.carried_over,
    )


def _listen(routes: Routes, kit: HandlerKit) -> None:
    _handlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    origin = Origin(typed.channel, typed.response_url)
    await _handlers(kit).open_from_command(typed.rest, typed.trigger, typed.person, origin)


CONVERSATION = Conversation(
    _listen,
    forms={Move.ACCEPT: draw_answer, Move.AGREE: draw_plan, Move.CARRY_OVER: draw_carrying},
    menu=(MenuEntry("account", draw_carrying),),
    verbs={PROGRAMME: _typed},
    fields=programme_forms.FIELDS,
)
