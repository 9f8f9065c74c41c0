"""The form that takes a shift over."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import DateTimePickerElement, UserSelectElement

from bot.policy.decide.on_call import AreaDuty
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.parts import modal, question, section
from bot.views.kit.text import escape, moment, unix
from bot.views.on_call.duty_list import who

_MINUTE = 60


def draw(duty: AreaDuty, now: datetime, until: datetime, admin: str | None = None) -> View:
    """Draw the form for an area; it proposes the rest of the present shift, up to `until`.

    An `admin` may give it to somebody else.
    """
    present = duty.now
    ends = f", until {moment(present.ends_at)}" if present and present.ends_at else ""
    said = f"On call: {who(present.duty)}{ends}" if present else "No one is on call"
    start, end = (unix(at) // _MINUTE * _MINUTE for at in (now, until))
    who_gets = UserSelectElement(action_id="person", initial_user=admin)
    chosen = [question("person", "Who", who_gets)] if admin is not None else []
    gets = "Who you choose gets" if admin is not None else "You get"
    return modal(
        ids.TAKE_SHIFT,
        "Take over a shift",
        [
            section(f"*{escape(duty.area.name)}*\n{said}. {gets} the pages between these times."),
            *chosen,
            question("from", "From", DateTimePickerElement(action_id="from", initial_date_time=start)),
            question("to", "To", DateTimePickerElement(action_id="to", initial_date_time=end)),
        ],
        submit="Take over",
        metadata=json.dumps({"area": duty.area.key}),
    )


def read(view: Mapping[str, Any]) -> tuple[str, datetime, datetime, str | None]:
    """Return the area's key, the time from and to, and who gets it, if the form asked."""
    area = str(json.loads(view["private_metadata"])["area"])
    person = view["state"]["values"].get("person", {}).get("person", {}).get("selected_user")
    return area, _moment(view, "from"), _moment(view, "to"), person


def _moment(view: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(int(view["state"]["values"][name][name]["selected_date_time"]), UTC)
