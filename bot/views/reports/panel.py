"""The numbers on the Home tab of managers and admins: one line, and the report one click away."""

from bot.policy.decide import report_words
from bot.policy.decide.numbers import DEFINITIONS, number
from bot.policy.decide.reports import NumbersReport
from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.parts import button, section
from bot.views.kit.text import times
from bot.views.reports import figures


def draw(report: NumbersReport) -> Block:
    """Draw the panel; numbers that rest on nothing are left out."""
    known = [key for key in report.shown if number(report.found, key).value is not None]
    said = [f"{DEFINITIONS[key].name} *{figures.value(DEFINITIONS[key], number(report.found, key))}*" for key in known]
    count = times(number(report.found, "escalations").of, "escalation")
    words = " · ".join([f"*Last {times(report.days, 'day')}*: {count}", *said])
    days = report_words.MONTH
    return section(words, accessory=button("Report", f"{ids.PRESS_REPORT}{days}", f"{days}d"))
