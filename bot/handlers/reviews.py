"""The conversation about post-incident reviews: write them part by part, ask for a sign-off, sign off, return."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry, drawn_again, on_top_of, required
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.policy.decide.review_edits import DEBRIEFS, UNCHANGED, digest
from bot.policy.wording.why_prompts import WhyQuery
from bot.ports.workspace import Block, View
from bot.services.bundle import Services
from bot.services.reviews.parts import ReviewPart
from bot.services.reviews.reviews import ChangedMeanwhile, PostIncidentReviews
from bot.views.follow_ups import follow_up_forms
from bot.views.kit import form_stack, ids
from bot.views.kit.form_stack import KEEP
from bot.views.kit.form_values import date_of, number_of, text_of
from bot.views.kit.parts import section
from bot.views.reviews import part_forms, review_form

_NOTE: Final = "review_note"
_READ: Final = "read"  # in the metadata: what was asked, and read
_LABEL: Final = "label"  # of the button, before it became "Save anyway"
# Draws a part for an escalation and a viewer, on the open form of the review.
_DrawPart = Callable[[Services, int, str, Body], View]
_KEPT: Final = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")


@dataclass(frozen=True)
class ReviewHandlers:
    """Handles the forms and buttons of reviews."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services

    @property
    def reviews(self) -> PostIncidentReviews:
        """Return the service."""
        return self.services.reviews

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_REVIEW, self.after_ack(self.forms.opener(Move.REVIEW)))
        routes.action(ids.PRESS_SIGN_OFF, self.press_sign_off)
        routes.action(ids.PRESS_RETURN_REVIEW, self.after_ack(self.open_return))
        for action_id, draw in _PARTS.items():
            routes.action(action_id, self.after_ack(partial(self.open_part, draw)))
        for callback_id in (ids.REVIEW, ids.REVIEW_LESSONS, ids.REVIEW_DEBRIEFS):
            routes.view(callback_id, self.submit)
        routes.view(ids.REVIEW_LINK, self.submit_link)
        routes.view(ids.RETURN_REVIEW, self.submit_return)

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Save the review; words that stop at a person, and what somebody else wrote meanwhile, are shown once."""
        view, person = body["view"], body["user"]["id"]
        number, edit = number_of(view), review_form.edit_of(view)
        found = {
            field: await self.core.run(self.reviews.queries, number, text_of(view, field), by=person)
            for field in review_form.QUERIED
            if edit.values.get(field)
        }
        if not _were_read(view, found):
            await ack(response_action="update", view=_with_queries(view, found))
            return
        part = ReviewPart(finished_on=_finished_on(view))
        is_main = view["callback_id"] == ids.REVIEW
        if is_main or edit.values:
            save = partial(self.reviews.save, number, edit, part, asks=review_form.is_ready(view))
            try:
                await self.core.run(save, by=person)
            except ChangedMeanwhile as now:
                await ack(response_action="update", view=_with_conflict(view, now))
                return
        await ack()
        await self.forms.redraw_below(body)

    async def submit_link(self, ack: AsyncAck, body: Body) -> None:
        """Link a review that is kept elsewhere."""
        view = body["view"]
        shown = {block.get("block_id"): block.get("element", {}) for block in view["blocks"]}
        url, finished_on = required(view, "review_url", "Enter a link."), _finished_on(view)
        is_new = url != shown.get("review_url", {}).get("initial_value")
        part = ReviewPart(url=url if is_new else None, finished_on=finished_on)
        if not part.is_empty:
            await self.core.run(partial(self.reviews.save, number_of(view), UNCHANGED, part), by=body["user"]["id"])
        await ack()
        await self.forms.redraw_below(body)

    async def open_part(self, draw: _DrawPart, body: Body) -> None:
        """Put the form of a part on top of the review. What was typed in the review stays."""
        number, person, view = int(body["actions"][0]["value"]), body["user"]["id"], body["view"]
        await self.forms.open_with(
            body["trigger_id"],
            person,
            lambda: on_top_of(draw(self.services, number, person, view), Move.REVIEW, view),
            is_on_top=True,
        )

    async def press_sign_off(self, ack: AsyncAck, body: Body) -> None:
        """Sign a review off."""
        number = int(body["actions"][0]["value"])
        await self.core.run(self.reviews.sign_off, number, by=body["user"]["id"])
        await ack()
        opened = body.get("view")
        if opened:
            person = body["user"]["id"]
            again = partial(draw_review, self.services, number, person)
            await self.forms.fill_with(opened["id"], person, lambda: drawn_again(again(), opened), opened=opened)
            await self.forms.redraw_below(body)

    async def open_return(self, body: Body) -> None:
        """Open the form that returns a review."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        opened = body.get("view")

        def draw() -> View:
            found = self.reviews.to_sign(number, by=person)
            form = part_forms.send_back(found.facts, found.policy)
            return on_top_of(form, Move.REVIEW, opened) if opened else form

        await self.forms.open_with(body["trigger_id"], person, draw, is_on_top=bool(opened))

    async def submit_return(self, ack: AsyncAck, body: Body) -> None:
        """Return a review with a comment."""
        view = body["view"]
        comment = required(view, "comment", "Say what's missing.")
        await self.core.run(partial(self.reviews.send_back, number_of(view), comment), by=body["user"]["id"])
        await ack()
        await self.forms.redraw_below(body)


def _finished_on(view: Body) -> date | None:
    """Return the day on which the review was finished, if it differs from what the form showed."""
    shown = {block.get("block_id"): block.get("element", {}) for block in view["blocks"]}
    said, known = date_of(view, "finished_on"), shown.get("finished_on", {}).get("initial_date")
    return said if said is not None and said.isoformat() != known else None


def _were_read(view: Body, found: Mapping[str, Sequence[WhyQuery]]) -> bool:
    """Return True if the person has read all that is asked, in the form that they sent once before."""
    return set(_marks(found)) <= set(form_stack.of(view)[KEEP].get(_READ, []))


def _marks(found: Mapping[str, Sequence[WhyQuery]]) -> list[str]:
    return [digest(f"{one.ask} {one.text}") for each in found.values() for one in each]


def _with_queries(view: Body, found: Mapping[str, Sequence[WhyQuery]]) -> View:
    """Return an open form with what is asked below each field. Sent once more, it is saved as it is."""
    again = _with_notes(view, {field: review_form.queried(each) for field, each in found.items() if each})
    known = form_stack.of(view)
    label = known.setdefault(_LABEL, view["submit"]["text"])
    known[KEEP] = {**known[KEEP], _READ: _marks(found)}
    again["submit"] = {**view["submit"], "text": f"{label} anyway"}
    return {**again, "private_metadata": json.dumps(known)}


def _with_conflict(view: Body, now: ChangedMeanwhile) -> View:
    """Return an open form with what somebody else wrote meanwhile. Sent once more, it replaces that."""
    block = f"{now.field}_on" if now.field in DEBRIEFS else now.field
    again = _with_notes(view, {block: review_form.changed(now.by, now.words)})
    known = form_stack.of(view)
    seen = {**known[KEEP][review_form.SEEN], now.field: now.digest}
    known[KEEP] = {**known[KEEP], review_form.SEEN: seen}
    return {**again, "private_metadata": json.dumps(known)}


def _with_notes(view: Body, notes: Mapping[str, str]) -> View:
    """Return an open form with a note below fields. Slack keeps what was typed: the fields keep their names."""
    blocks: list[Block] = []
    for block in view["blocks"]:
        if str(block.get("block_id", "")).startswith(_NOTE):
            continue
        blocks.append(block)
        if block.get("block_id") in notes:
            blocks.append(section(notes[block["block_id"]], block_id=f"{_NOTE}-{block['block_id']}"))
    return {**{key: view[key] for key in _KEPT if view.get(key) is not None}, "blocks": blocks}


def draw_review(services: Services, number: int, viewer: str) -> View:
    """Draw the form of a review."""
    found = services.reviews.open_to(number, by=viewer)
    return review_form.draw(found.facts, found.policy, found.written, found.record, may_sign=found.may_sign)


def _draw_lessons(services: Services, number: int, viewer: str, _: Body) -> View:
    found = services.reviews.open_to(number, by=viewer)
    return part_forms.lessons(found.facts, found.policy, found.written)


def _draw_debriefs(services: Services, number: int, viewer: str, _: Body) -> View:
    found = services.reviews.open_to(number, by=viewer)
    return part_forms.debriefs(found.facts, found.policy, found.written)


def _draw_link(services: Services, number: int, viewer: str, _: Body) -> View:
    found = services.reviews.open_to(number, by=viewer)
    return part_forms.elsewhere(found.facts, found.policy)


def _draw_follow_ups(services: Services, number: int, viewer: str, opened: Body) -> View:
    """Draw the follow-ups. Slack takes three forms at once: on the third, nothing opens another."""
    facts, policy = services.follow_ups.draft(number, by=viewer)
    may_change = form_stack.under(opened) is None
    return follow_up_forms.draw(facts, policy, services.core.database.clock.now(), may_change=may_change)


_PARTS: Final[Mapping[str, _DrawPart]] = {
    ids.PRESS_REVIEW_LESSONS: _draw_lessons,
    ids.PRESS_REVIEW_DEBRIEFS: _draw_debriefs,
    ids.PRESS_REVIEW_FOLLOW_UPS: _draw_follow_ups,
    ids.PRESS_REVIEW_LINK: _draw_link,
}


def _listen(routes: Routes, kit: HandlerKit) -> None:
    ReviewHandlers(kit.core, kit.after_ack, kit.forms, kit.services).register(routes)


CONVERSATION = Conversation(_listen, forms={Move.REVIEW: draw_review}, menu=(MenuEntry("review", draw_review),))
