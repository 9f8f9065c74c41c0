"""Posting an update."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.text_gate import TextGate
from bot.policy.decide.lifecycle import Move
from bot.policy.model.rules import Policy
from bot.policy.model.templates import OF_PLANS, TemplateKind
from bot.policy.wording.next_times import next_times
from bot.policy.wording.templates import customer_moment, is_customer_time, is_of_the_policy, left_open, to_check
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.overview.escalations import Escalations
from bot.services.updates.update_edits import EditedUpdate, UpdateEdits
from bot.services.updates.updates import NewUpdate, Updates
from bot.views.kit import ids
from bot.views.kit.form_values import number_of, says_something
from bot.views.kit.text import clip
from bot.views.sending import ways
from bot.views.updates import edit_form, update_form
from bot.views.updates.edit_form import EditAnswers
from bot.views.updates.update_form import OfferedTexts, UpdateAnswers

# What Slack takes of a view that it has sent.
_OF_A_VIEW: Final = ("type", "callback_id", "title", "submit", "close", "private_metadata")
_HOW: Final = "Choose below whether you told the customer. “Not yet” keeps it as a draft."


@dataclass(frozen=True)
class UpdateHandlers:
    """Handles the update form."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    updates: Updates
    edits: UpdateEdits
    escalations: Escalations
    gate: TextGate

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_UPDATE, self.after_ack(self.forms.opener(Move.UPDATE)))
        routes.action(ids.PICK_WAY, self.after_ack(self.choose_way))
        routes.action(ids.PICK_TEMPLATE, self.after_ack(self.use_template))
        routes.action(ids.PRESS_STILL, self.after_ack(self.open_still_investigating))
        routes.action(ids.PRESS_TELL_PLAN, self.after_ack(self.open_plan_text))
        routes.view(ids.UPDATE, self.submit_update)
        routes.action(ids.PRESS_EDIT_UPDATE, self.after_ack(self.open_edit))
        routes.view(ids.EDIT_UPDATE, self.submit_edit)

    async def open_still_investigating(self, body: Body) -> None:
        """Open the form with "still investigating", ready to send."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        still = partial(_draw, self.updates, number, person, chosen=TemplateKind.INVESTIGATING, still=True)
        await self.forms.open_with(body["trigger_id"], person, still)

    async def open_plan_text(self, body: Body) -> None:
        """Open the form with the plan of a programme, or with what has changed in it since the customer was told."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        draw_it = partial(_draw_plan, self.updates, number, person)
        await self.forms.open_with(body["trigger_id"], person, draw_it)

    async def choose_way(self, body: Body) -> None:
        """Ask when the customer was told, if a person told them."""
        view, chosen = body["view"], str(body["actions"][0]["selected_option"]["value"])
        await self.forms.fill(view["id"], _with_time(view, chosen), body["user"]["id"])

    async def use_template(self, body: Body) -> None:
        """Put a text of the policy into the open form."""
        view, person = body["view"], body["user"]["id"]
        chosen = TemplateKind(body["actions"][0]["selected_option"]["value"])
        # The time in the form stays as it is, so the text says that one.
        next_at = update_form.read(view).next_at
        draw_it = partial(_draw, self.updates, number_of(view), person, chosen=chosen, next_at=next_at)
        await self.forms.fill_with(view["id"], person, draw_it, opened=view)

    async def submit_update(self, ack: AsyncAck, body: Body) -> None:
        """Post an update; one submitted twice is posted once."""
        answers = update_form.read(body["view"])
        if not says_something(answers.note + answers.customer_text):
            raise FormError("customer_text", "Write something for the customer or for the channel.")
        if says_something(answers.customer_text) and not answers.says_how:
            raise FormError("customer_text", _HOW)
        await self._check_filled_in(answers, body["user"]["id"])
        if (said := update_form.other_time(body["view"], answers)) is not None:
            raise FormError("customer_text", f"This says {said}, and the next update is at another time. Correct one.")
        await self._check_time(answers, body["user"]["id"])
        verdict = await self.gate.look(ack, body, answers.number, "customer_text", answers.customer_text)
        if verdict is None:
            return
        update = NewUpdate(
            note=answers.note,
            customer_text=answers.customer_text,
            next_at=answers.next_at,
            health=answers.health,
            telling=answers.telling,
            passed=verdict.passed,
            is_about_plan=answers.template in OF_PLANS,
        )
        post = partial(self.updates.post, answers.number, update)
        await self.core.run(post, by=body["user"]["id"], request=body["view"]["id"])
        await ack()

    async def open_edit(self, body: Body) -> None:
        """Open the form that edits an update, from the button on its message."""
        number, _, update = body["actions"][0]["value"].partition(":")
        person = body["user"]["id"]
        draw_it = partial(_draw_edit, self.edits, int(number), person, int(update))
        await self.forms.open_with(body["trigger_id"], person, draw_it)

    async def submit_edit(self, ack: AsyncAck, body: Body) -> None:
        """Edit the last update."""
        answers, person = edit_form.read(body["view"]), body["user"]["id"]
        if answers.can_reword and not says_something(answers.customer_text):
            raise FormError("customer_text", "The customer was told this. Keep a text for them.")
        if not answers.has_text and not says_something(answers.note):
            raise FormError("note", "Write something for the channel.")
        await self._check_filled_in(answers, person)
        await self._check_time(answers, person)
        verdict = await self.gate.look(ack, body, answers.number, "customer_text", answers.customer_text)
        if verdict is None:
            return
        edited = EditedUpdate(
            update=answers.update,
            edits=answers.edits,
            note=answers.note,
            customer_text=answers.customer_text,
            next_at=answers.next_at,
            passed=verdict.passed,
        )
        await self.core.run(partial(self.edits.edit, answers.number, edited), by=person)
        await ack()

    async def _check_filled_in(self, answers: UpdateAnswers | EditAnswers, person: str) -> None:
        """Raise FormError if a bracket of the text that was offered is left in the text for the customer."""
        if "[" in answers.customer_text or "]" in answers.customer_text:
            _, policy = await self.core.run(self.escalations.one, answers.number, viewer=person)
            found = left_open(answers.customer_text, policy)
            if found is not None:
                raise FormError("customer_text", _still_open(found, policy))

    async def _check_time(self, answers: UpdateAnswers | EditAnswers, person: str) -> None:
        """Raise FormError if the text for the customer names another time for the next update than the form."""
        named, at = next_times(answers.customer_text), answers.next_at
        if not named or at is None:
            return
        facts, policy = await self.core.run(self.escalations.one, answers.number, viewer=person)
        if not any(is_customer_time(one, at, facts.account, policy) for one in named):
            shown = customer_moment(at, facts.account, policy)
            raise FormError("next_at", f"The text says {named[0].words}, and this is {shown}. Correct one.")


def _still_open(bracket: str, policy: Policy) -> str:
    ours = to_check(bracket)
    if ours is None and not is_of_the_policy(bracket, policy):
        return f"Fill in {clip(bracket, 60)}, or write it without brackets."
    if ours is None:
        return f"Fill in {bracket} or take it out."
    said = f"“{clip(ours, 60)}” was written for us. Say it in the customer's words, without the brackets"
    return f"{said}, or empty this field."


def _with_time(view: Mapping[str, Any], chosen: str) -> View:
    """Return the open form with the question when the customer was told, or without it."""
    blocks = [block for block in view["blocks"] if block["block_id"] != ways.WHEN]
    place = next(place for place, block in enumerate(blocks) if block["block_id"] == ways.BLOCK) + 1
    when = ways.when(chosen)
    if when is not None:
        blocks.insert(place, when)
    return {**{name: view[name] for name in _OF_A_VIEW if name in view}, "blocks": blocks}


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the update form."""
    return _draw(services.updates, number, viewer)


def _draw(
    updates: Updates,
    number: int,
    viewer: str,
    *,
    chosen: TemplateKind | None = None,
    still: bool = False,
    next_at: datetime | None = None,
) -> View:
    draft = updates.draft(number, by=viewer, next_at=next_at)
    offered = OfferedTexts(draft.texts, chosen, still, draft.next_at)
    return update_form.draw(
        draft.facts, draft.policy, draft.owed, draft.choices, offered, zone=draft.zone, is_overdue=draft.is_overdue
    )


def _draw_plan(updates: Updates, number: int, viewer: str) -> View:
    draft = updates.draft(number, by=viewer)
    has_changed = TemplateKind.PLAN_CHANGE in draft.texts
    chosen = TemplateKind.PLAN_CHANGE if has_changed else TemplateKind.REMEDIATION
    known = OfferedTexts(draft.texts, chosen if chosen in draft.texts else None)
    return update_form.draw(
        draft.facts, draft.policy, draft.owed, draft.choices, known, zone=draft.zone, is_overdue=draft.is_overdue
    )


def draw_edit(services: Services, number: int, viewer: str) -> View:
    """Draw the form that edits the last update."""
    return _draw_edit(services.update_edits, number, viewer)


def _draw_edit(edits: UpdateEdits, number: int, viewer: str, update: int | None = None) -> View:
    draft = edits.draft(number, update, by=viewer)
    return edit_form.draw(
        draft.facts,
        draft.policy,
        draft.update,
        draft.promised_at,
        draft.latest,
        moves=draft.moves,
        zone=draft.zone,
    )


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    UpdateHandlers(
        kit.core,
        kit.after_ack,
        kit.forms,
        services.updates,
        services.update_edits,
        services.escalations,
        TextGate(kit.core, services.text_reviews),
    ).register(routes)


CONVERSATION = Conversation(_listen, forms={Move.UPDATE: draw}, menu=(MenuEntry("update", draw_edit),))
