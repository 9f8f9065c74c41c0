"""The buttons of messages that stay while what they offer can be done."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.policy.plan.offers import Offer
from bot.ports.workspace import Block, Message
from bot.views.kit import ids

_BUTTONS: Final[Mapping[str, Offer]] = {
    ids.PRESS_RESUME: Offer.STOP_WAITING,
    ids.PRESS_UPDATE: Offer.UPDATE,
    ids.PRESS_UNDO: Offer.UNDO,
    ids.PRESS_REVIEW: Offer.REVIEW,
    ids.PRESS_RESOLVE: Offer.RESOLVE,
    ids.PRESS_CLOSE: Offer.CLOSE,
    ids.PRESS_REOPEN: Offer.REOPEN,
    ids.PRESS_CALL: Offer.CALL,
    ids.PRESS_SUMMARY: Offer.SUMMARY,
    ids.PRESS_LEARNED: Offer.LEARNED,
    ids.PRESS_KEEP_OPEN: Offer.KEEP_OPEN,
    ids.PRESS_SEND_OTHERWISE: Offer.SEND_OTHERWISE,
    ids.PRESS_INCIDENT_JOIN: Offer.JOIN_INCIDENT,
    ids.PRESS_INCIDENT: Offer.MAKE_INCIDENT,
    ids.PRESS_PLAN: Offer.PLAN,
    ids.PRESS_TELL_PLAN: Offer.TELL_PLAN,
    ids.PRESS_ADD_ITEM: Offer.ADD_ITEM,
    ids.PRESS_CASE_REVIEW: Offer.CASE_REVIEW,
    ids.PRESS_NEW_CHANNEL: Offer.NEW_CHANNEL,
    ids.PRESS_POST_CARD: Offer.POST_CARD,
}


def offering(message: Message, offers: Collection[str]) -> Message:
    """Return a message with those of its buttons whose offer still stands; other controls stay as they are."""
    return replace(message, blocks=tuple(_left(message.blocks, set(offers))))


def _left(blocks: Collection[Block], offers: Collection[str]) -> Iterator[Block]:
    for block in blocks:
        if block["type"] != "actions":
            yield block
            continue
        elements = [one for one in block["elements"] if _stands(one, offers)]
        if elements:
            yield {**block, "elements": elements}


def _stands(control: Mapping[str, Any], offers: Collection[str]) -> bool:
    offer = _BUTTONS.get(control["action_id"])
    return offer is None or offer in offers
