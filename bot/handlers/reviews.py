"""The conversation about post-incident reviews: write, ask for a sign-off, sign off, return."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry, required
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.policy.decide.review_edits import DEBRIEFS, digest
from bot.policy.wording.why_prompts import WhyQuery
from bot.ports.workspace import Block, View
from bot.services.bundle import Services
from bot.services.reviews.parts import ReviewPart
from bot.services.reviews.reviews import ChangedMeanwhile, PostIncidentReviews
from bot.views.closing import closing_forms
from bot.views.kit import ids
from bot.views.kit.form_values import date_of, number_of, text_of
from bot.views.kit.parts import section
from bot.views.reviews import review_form

_NOTE: Final = "review_note"
_READ: Final = "read"  # in the metadata: what was asked, and read
_LABEL: Final = "label"  # of the button, before it became "Save anyway"
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
        routes.view(ids.REVIEW, self.submit)
        routes.view(ids.RETURN_REVIEW, self.submit_return)

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Save the review; words that stop at a person, and what somebody else wrote meanwhile, are shown once."""
        view, person = body["view"], body["user"]["id"]
        number, edit = number_of(view), review_form.edit_of(view)
        part = _part(view)
        found = {
            field: await self.core.run(self.reviews.queries, number, text_of(view, field), by=person)
            for field in review_form.QUERIED
            if edit.values.get(field)
        }
        if not _were_read(view, found):
            await ack(response_action="update", view=_with_queries(view, found))
            return
        save = partial(self.reviews.save, number, edit, part, asks=review_form.is_ready(view))
        try:
            await self.core.run(save, by=person)
        except ChangedMeanwhile as now:
            await ack(response_action="update", view=_with_conflict(view, now))
            return
        await ack()
        await self.forms.redraw_below(body)

    async def press_sign_off(self, ack: AsyncAck, body: Body) -> None:
        """Sign a review off."""
        number = int(body["actions"][0]["value"])
        await self.core.run(self.reviews.sign_off, number, by=body["user"]["id"])
        await ack()
        if body.get("view"):
            person = body["user"]["id"]
            await self.forms.fill_with(body["view"]["id"], person, lambda: draw_review(self.services, number, person))

    async def open_return(self, body: Body) -> None:
        """Open the form that returns a review."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(
            body["trigger_id"],
            person,
            lambda: self._draw_return(number, person),
            is_on_top=bool(body.get("view")),
        )

    async def submit_return(self, ack: AsyncAck, body: Body) -> None:
        """Return a review with a comment."""
        view = body["view"]
        comment = required(view, "comment", "Say what's missing.")
        await self.core.run(partial(self.reviews.send_back, number_of(view), comment), by=body["user"]["id"])
        await ack()

    def _draw_return(self, number: int, person: str) -> View:
        found = self.reviews.to_sign(number, by=person)
        return review_form.send_back(found.facts, found.policy)


def _part(view: Body) -> ReviewPart:
    """Return what is added: a link and a day only if they differ from what the form showed."""
    action = closing_forms.whole_action(view)
    shown = {block.get("block_id"): block.get("element", {}) for block in view["blocks"]}
    url, finished_on = text_of(view, "review_url"), date_of(view, "finished_on")
    known = shown.get("finished_on", {}).get("initial_date")
    return ReviewPart(
        url=url if url != (shown.get("review_url", {}).get("initial_value") or "") and url else None,
        actions=[action] if action else [],
        finished_on=finished_on if finished_on is not None and finished_on.isoformat() != known else None,
    )


def _were_read(view: Body, found: Mapping[str, Sequence[WhyQuery]]) -> bool:
    """Return True if the person has read all that is asked, in the form that they sent once before."""
    return set(_marks(found)) <= set(json.loads(view["private_metadata"]).get(_READ, []))


def _marks(found: Mapping[str, Sequence[WhyQuery]]) -> list[str]:
    return [digest(f"{one.ask} {one.text}") for each in found.values() for one in each]


def _with_queries(view: Body, found: Mapping[str, Sequence[WhyQuery]]) -> View:
    """Return an open form with what is asked below each field. Sent once more, it is saved as it is."""
    again = _with_notes(view, {field: review_form.queried(each) for field, each in found.items() if each})
    known = json.loads(view["private_metadata"])
    label = known.setdefault(_LABEL, view["submit"]["text"])
    known[_READ] = _marks(found)
    again["submit"] = {**view["submit"], "text": f"{label} anyway"}
    return {**again, "private_metadata": json.dumps(known)}


def _with_conflict(view: Body, now: ChangedMeanwhile) -> View:
    """Return an open form with what somebody else wrote meanwhile. Sent once more, it replaces that."""
    block = f"{now.field}_on" if now.field in DEBRIEFS else now.field
    again = _with_notes(view, {block: review_form.changed(now.by, now.words)})
    known = json.loads(view["private_metadata"])
    known[review_form.SEEN] = {**known[review_form.SEEN], now.field: now.digest}
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
    now = services.core.database.clock.now()
    return review_form.draw(found.facts, found.policy, found.written, found.record, now, may_sign=found.may_sign)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    ReviewHandlers(kit.core, kit.after_ack, kit.forms, kit.services).register(routes)


CONVERSATION = Conversation(_listen, forms={Move.REVIEW: draw_review}, menu=(MenuEntry("review", draw_review),))
