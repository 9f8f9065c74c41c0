"""The wording guard at the moment a text for a customer is sent from a form."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import Body
from bot.policy.wording.check import WordingFinding
from bot.ports.workspace import View
from bot.services.wording.reviews import PassedText, TextReview, TextReviews
from bot.views.kit import findings
from bot.views.kit.form_values import says_something, text_of

_SEEN: Final = "seen"
_LABEL: Final = "label"  # of the button, before it became "Send anyway"
_KEPT: Final = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")


@dataclass(frozen=True, slots=True)
class MaySend:
    """The text may be sent. `passed` has the reason if the guard refuses it."""

    passed: PassedText | None = None


@dataclass(frozen=True)
class TextGate:
    """Holds a text back until the person has read what is wrong with it."""

    core: Core
    reviews: TextReviews

    async def look(self, ack: AsyncAck, body: Body, number: int, field: str, text: str) -> MaySend | None:
        """Return whether a text may be sent; None if the form, acknowledged here, shows findings instead.

        Findings that warn are shown once. For those that refuse, somebody who may let them pass is asked for a reason;
        others get FormError at the field.
        """
        if not text:
            return MaySend()
        view, by = body["view"], body["user"]["id"]
        review = await self.core.run(self.reviews.review, number, text, by=by)
        seen = _were_seen(view, review.findings)
        if not review.refused:
            if seen:
                return MaySend()
        elif not review.may_pass:
            if not _has_findings(view):
                raise FormError(field, findings.refusal(review.refused, review.whom))
            # An error would leave the findings of an earlier text beside it.
        elif says_something(why := text_of(view, findings.REASON)):
            return MaySend(PassedText(field, why, review.refused))
        elif seen:
            raise FormError(findings.REASON, "Change the text above, or enter why it's sent as it is.")
        await ack(response_action="update", view=_with_findings(view, field, review))
        return None


def _were_seen(view: Mapping[str, Any], found: Sequence[WordingFinding]) -> bool:
    """Return True if the person has read all of these findings in the form."""
    return {_mark(one) for one in found} <= set(json.loads(view["private_metadata"]).get(_SEEN, []))


def _has_findings(view: Mapping[str, Any]) -> bool:
    return any(block.get("block_id") == findings.FINDINGS for block in view["blocks"])


def _mark(finding: WordingFinding) -> str:
    return f"{zlib.crc32(f'{finding.rule} {finding.text.lower()}'.encode(errors='replace')):08x}"


def _with_findings(view: Mapping[str, Any], field: str, review: TextReview) -> View:
    """Return an open form with the findings below a field. Slack keeps what was typed: the fields keep their names."""
    blocks = [block for block in view["blocks"] if block.get("block_id") not in (findings.FINDINGS, findings.REASON)]
    place = next(place for place, block in enumerate(blocks, start=1) if block.get("block_id") == field)
    is_stopped = bool(review.refused) and not review.may_pass
    listed = findings.listed(review.findings, can_be_sent=not is_stopped, whom=review.whom)
    added = [listed, *([findings.reason()] if review.refused and review.may_pass else [])]
    again = {key: view[key] for key in _KEPT if view.get(key) is not None}
    known = json.loads(view["private_metadata"])
    label = known.setdefault(_LABEL, view["submit"]["text"])
    anyway = "Save anyway" if label.startswith("Save") else "Send anyway"
    again["submit"] = {**view["submit"], "text": label if review.refused else anyway}
    known[_SEEN] = [_mark(one) for one in review.findings]
    return {**again, "private_metadata": json.dumps(known), "blocks": [*blocks[:place], *added, *blocks[place:]]}
