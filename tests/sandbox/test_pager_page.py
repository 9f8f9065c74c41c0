"""The stand-in's page: a link to acknowledge only while an alarm rings, and times with their date and zone."""

import re

from sandbox.pager import page
from sandbox.pager.state import ACKNOWLEDGED, RESOLVED, TRIGGERED, PagerState


def test_only_a_ringing_alarm_offers_its_link_and_times_have_a_date_and_a_zone() -> None:
    state = PagerState(now=lambda: 1_772_809_200.0)
    event = {
        "routing_key": "k",
        "event_action": "trigger",
        "dedup_key": "1",
        "links": [{"href": "http://a.example/l/1"}],
    }
    state.apply({**event, "payload": {"summary": "ESC-1", "severity": "critical"}})
    (incident,) = state.incidents.values()
    for status in (TRIGGERED, ACKNOWLEDGED, RESOLVED):
        incident.status = status
        assert ("Acknowledge by link" in page.draw(state)) == (status == TRIGGERED)
    assert re.search(r"Rang once at \w{3} \d{1,2} Mar, \d{1,2}:\d\d [AP]M \S+\.", page.draw(state))
