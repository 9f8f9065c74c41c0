"""The form that takes a shift over."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import DateTimePickerElement

from bot.policy.decide.on_call import AreaDuty
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.parts import modal, question, section
from bot.views.kit.text import escape, moment, unix
from bot.views.on_call.duty_list import who

_MINUTE = 60


def draw(duty: AreaDuty, now: datetime, until: datetime) -> View:
    """Draw the form for an area; it proposes the rest of the present shift, up to `until`."""
    present = duty.now
    ends = f", until {moment(present.ends_at)}" if present and present.ends_at else ""
    said = f"On call: {who(present.duty)}{ends}" if present else "No one is on call"
    start, end = (unix(at) // _MINUTE * _MINUTE for at in (now, until))
    return modal(
        ids.TAKE_SHIFT,
        "Take over a shift",
        [
            section(f"*{escape(duty.area.name)}*\n{said}. You get the pages of this time."),
            question("from", "From", DateTimePickerElement(action_id="from", initial_date_time=start)),
            question("to", "To", DateTimePickerElement(action_id="to", initial_date_time=end)),
        ],
        submit="Take over",
        metadata=json.dumps({"area": duty.area.key}),
    )


def read(view: Mapping[str, Any]) -> tuple[str, datetime, datetime]:
    """Return the area's key and the time from and to."""
    area = str(json.loads(view["private_metadata"])["area"])
    return area, _moment(view, "from"), _moment(view, "to")


def _moment(view: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(int(view["state"]["values"][name][name]["selected_date_time"]), UTC)
