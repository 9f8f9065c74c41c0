"""Parts of messages and forms, as Block Kit wants them."""

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InteractiveElement,
    Option,
    PlainTextInputElement,
    SectionBlock,
)

from bot.ports.workspace import Block, Message, View
from bot.views.kit import block_checks, ids
from bot.views.kit.text import HEADER_LIMIT, SECTION_LIMIT, clip, clip_markup, mrkdwn, plain, split_markup

block_checks.find_once()

_FIELD_LIMIT = 2000
_CONTEXT_LINES = 10
_BUTTON_LIMIT = 75
_OPTION_LIMIT = 75
_TITLE_LIMIT = 24


def header(words: str) -> Block:
    """Return a headline without markup."""
    return HeaderBlock(text=plain(words, HEADER_LIMIT)).to_dict()


def section(markup: str, *, accessory: Any = None, block_id: str | None = None) -> Block:
    """Return a paragraph of markup, with an accessory if given."""
    clipped = clip_markup(markup, SECTION_LIMIT)
    if accessory is not None:
        return SectionBlock(text=mrkdwn(clipped), accessory=accessory, block_id=block_id).to_dict()
    return {"type": "section", "text": _markup(clipped), **({"block_id": block_id} if block_id else {})}


def paragraphs(markup: str) -> tuple[Block, ...]:
    """Return markup of any length as paragraphs, without cutting it."""
    return tuple({"type": "section", "text": _markup(part)} for part in split_markup(markup))


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Return named values in two columns; at most ten."""
    texts = [mrkdwn(clip_markup(f"*{name}*\n{value}", _FIELD_LIMIT)) for name, value in pairs]
    return SectionBlock(fields=texts).to_dict()


def context(*markups: str) -> Block:
    """Return small grey lines, at most ten."""
    if len(markups) > _CONTEXT_LINES:
        raise ValueError(f"{len(markups)} lines are too many")
    return {"type": "context", "elements": [_markup(clip_markup(markup, SECTION_LIMIT)) for markup in markups]}


def _markup(clipped: str) -> Block:
    """Return a text object. The SDK checks it again, at ten times the cost, and somebody waits for it."""
    return {"type": "mrkdwn", "text": clipped, "verbatim": True}


def text_message(text: str, *small: str) -> Message:
    """Return a message of one text of any length, with small grey lines below it."""
    return Message(text, (*paragraphs(text), *([context(*small)] if small else [])))


def asking(text: str, then: str, *buttons: Any) -> Message:
    """Return a message of one paragraph, with what happens next below it, and buttons if given."""
    return Message(text, (section(text), context(then), *([actions(*buttons)] if buttons else [])))


def divider() -> Block:
    """Return a divider."""
    return DividerBlock().to_dict()


def quote(escaped: str) -> str:
    """Return escaped text as a quotation."""
    return "\n".join(f">{line}" for line in escaped.split("\n"))


def button(words: str, action_id: str, value: str, *, style: str | None = None, confirm: Any = None) -> ButtonElement:
    """Return a button."""
    return ButtonElement(
        text=plain(words, _BUTTON_LIMIT), action_id=action_id, value=value, style=style, confirm=confirm
    )


def link_button(words: str, address: str, *, style: str | None = None, action_id: str = ids.OPEN_LINK) -> ButtonElement:
    """Return a button that opens a web address; Slack sends an action for it, which by default is only acknowledged."""
    return ButtonElement(text=plain(words, _BUTTON_LIMIT), action_id=action_id, url=address, style=style)


def confirm(title: str, words: str, yes: str, no: str = "Not yet") -> ConfirmObject:
    """Return a confirmation dialog for a button."""
    return ConfirmObject(title=plain(title, 100), text=plain(words, 300), confirm=plain(yes, 30), deny=plain(no, 30))


def option(value: str, words: str, description: str | None = None) -> Option:
    """Return an option, cut to Slack's limits."""
    return Option(
        value=value,
        text=plain(words, _OPTION_LIMIT),
        description=plain(description, _OPTION_LIMIT) if description else None,
    )


def offered(options: Iterable[Option]) -> list[Block]:
    """Return options as the response to an external menu's request.

    They come from `option` and are cut to size already: the SDK's own rendering checks each of them at ten times the
    cost, and somebody waits for the response with every letter they type.
    """
    return [
        {
            "value": each.value,
            "text": _drawn(each.text),
            **({"description": _drawn(each.description)} if each.description else {}),
        }
        for each in options
    ]


def _drawn(text: str | None) -> dict[str, object]:
    return {"type": "plain_text", "text": text, "emoji": True}


def actions(*elements: InteractiveElement, block_id: str | None = None) -> Block:
    """Return a row of controls."""
    return ActionsBlock(elements=list(elements), block_id=block_id).to_dict()


def question(
    block_id: str, label: str, element: Any, *, hint: str | None = None, optional: bool = False, dispatch: bool = False
) -> Block:
    """Return an input block."""
    return InputBlock(
        block_id=block_id,
        label=plain(label, 2000),
        element=element,
        hint=plain(hint, 2000) if hint else None,
        optional=optional,
        dispatch_action=dispatch,
    ).to_dict()


def text_input(
    action_id: str,
    *,
    initial: str | None = None,
    multiline: bool = False,
    limit: int = 3000,
    placeholder: str = "",
    focus: bool = False,
) -> PlainTextInputElement:
    """Return a text input. `limit` is at most Slack's 3,000; `focus` puts the cursor here when the form opens."""
    return PlainTextInputElement(
        action_id=action_id,
        initial_value=clip(initial, limit) if initial else None,
        multiline=multiline,
        max_length=limit,
        placeholder=plain(placeholder, 150) if placeholder else None,
        focus_on_load=True if focus else None,
    )


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    close: str = "Cancel",
    metadata: str = "",
) -> View:
    """Return a modal."""
    form: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, _TITLE_LIMIT).to_dict(),
        "close": plain(close, _TITLE_LIMIT).to_dict(),
        "blocks": list(blocks),
        "private_metadata": metadata,
    }
    if submit:
        form["submit"] = plain(submit, _TITLE_LIMIT).to_dict()
    return form
