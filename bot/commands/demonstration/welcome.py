"""The greeting: a pinned "Try this" in the general channel, and a direct message to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

Block = dict[str, Any]

# A button types a command for the person who presses it, or moves time. Its value is the command, or the seconds.
TYPE = "demonstration_type"
FORWARD = "demonstration_forward"

_ROLES = {
    "ana": "You look after Acme, Globex and Hooli.",
    "ben": "You look after Initech, Aperture and the accounts in EMEA.",
    "dana": "You own exports, and share the exports rota with Eli.",
    "eli": "You share the exports rota with Dana, and answer for technical support.",
    "fay": "You own sign-in.",
    "maria": "You manage Ana and Ben. Requests for another severity come to you.",
    "noor": "You're in support. You see a customer in trouble first.",
    "omar": "You're the VP. You're paged when no one else answers.",
}


@dataclass(frozen=True, slots=True)
class WaitingForUpdate:
    """An open escalation whose next update is owed soonest."""

    number: int
    account: str


async def greet(
    client: AsyncWebClient, people: Mapping[str, str], *, channel: str, waiting: WaitingForUpdate | None
) -> None:
    """Post and pin "Try this" in a channel, and greet everybody directly."""
    posted = await client.chat_postMessage(
        channel=channel, text="Try this: five steps through Escalate.", blocks=try_this(waiting)
    )
    await client.pins_add(channel=channel, timestamp=posted["ts"])
    for name, person in people.items():
        about = _ROLES.get(name, "")
        text = f"Hi <@{person}>. {about}".strip()
        await client.chat_postMessage(
            channel=person, text=text, blocks=[_section(text), _context("Pages and reminders for you arrive here.")]
        )


def try_this(waiting: WaitingForUpdate | None) -> list[Block]:
    """Return the five steps."""
    if waiting is None:
        update = _section("*4. Post an update.* Press *Post update* on the card.")
    else:
        update = _section(
            f"*4. Post an update.* {waiting.account} is waiting for one.",
            _button("Post update", TYPE, f"update ESC-{waiting.number}"),
        )
    return [
        {"type": "header", "text": {"type": "plain_text", "text": "Try this"}},
        _section(
            "You can be anyone here: click a face (on a phone, open the menu first). Everything stays on this machine."
        ),
        _section("*1. Declare an escalation.* Acme can't export.", _button("Declare", TYPE, "acme export is down")),
        _section(
            "*2. Acknowledge it as Dana or Eli*, as the card says. Click the face. The page is under *Escalate*, "
            "and rings in *Pager* at the top."
        ),
        _section(
            "*3. Let time pass.* Reminders and pages come when they're due.",
            _button("Skip 15 minutes", FORWARD, "900"),
        ),
        update,
        _section("*5. See what's open.* Click *Escalate* in the side bar, then *Home*.", _button("List", TYPE, "list")),
        _context("The command `help` has the first steps. Bring this back by pressing the pin above."),
    ]


def _section(text: str, button: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return block if button is None else block | {"accessory": button}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _button(text: str, action_id: str, value: str) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": text},
        "value": value,
    }
