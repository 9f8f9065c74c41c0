"""Which clock time a text names as the next update, and which times are of something else."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.policy.wording.next_times import next_times

FORM = datetime(2026, 3, 6, 19, 9, tzinfo=ZoneInfo("America/New_York"))
OTHER = (
    "I'll write again by 7:05 PM EST.",
    "We found the cause at 6:50 PM. Our next update comes by 03/06, 7:05 PM EST.",
    "By 7:05 PM, we'll write to you again.",
    "You'll hear from us no later than 7:05 PM.",
    "We will get back to you by 7pm.",
    "I'll be in touch again at 19:05.",
    "Next update: still investigating. We'll send you another update by 7:05 p.m. ET",
    "Wir melden uns um 19:05 Uhr wieder.",
    "Bis spätestens 19:05 Uhr melden wir uns bei Ihnen.",
    "Den nächsten Stand senden wir Ihnen bis 06.03., 19:05 EST.",
    "Ich schreibe Ihnen spätestens um 19.05 Uhr.",
    "Wir werden uns bis 19:05 Uhr wieder bei Ihnen melden.",
)
NO_OTHER = (
    "I'll write again by 7:09 PM EST.",
    "We'll write again by 7:09, and the next update after it comes by 7:39 PM.",
    "We wrote to you at 7:05 PM.",
    "The exports stopped at 7:05 PM. We'll write again soon.",
    "The restart is at 7:05 PM, and we'll write again after it.",
    "We'll update you about the maintenance that starts at 7:05 PM.",
    "We'll write again once the import of 7:05 PM is done at 8:15 PM.",
    "The fix went out at 7:05 PM, and you'll hear from us when it's verified.",
    "We'll write again by 4:09 PM PST.",
    "We'll be back with 7 more servers by 12.",
    "Den nächsten Stand senden wir Ihnen bis 19:09 Uhr.",
    "Seit 19:05 Uhr laufen die Exporte; wir melden uns wieder.",
    "Um 19:05 Uhr fiel der Export aus, wir melden uns bald.",
    "Sie hören von uns, sobald die Wartung um 20:00 Uhr vorbei ist.",
    "Ihre Nachricht von 19:05 Uhr haben wir, und wir schreiben Ihnen bald.",
)


@pytest.mark.parametrize("text", OTHER)
def test_another_time_for_the_next_update_is_found(text: str) -> None:
    named = next_times(text)
    assert named
    assert not any(one.is_of(FORM, ("EST",)) for one in named)


@pytest.mark.parametrize("text", NO_OTHER)
def test_times_of_something_else_are_no_false_alarm(text: str) -> None:
    named = next_times(text)
    assert not named or any(one.is_of(FORM, ("EST",)) for one in named), named
