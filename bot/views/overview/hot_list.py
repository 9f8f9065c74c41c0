"""The hot list: one message for leadership, a row for each escalated customer.

It is drawn as Slack's `data_table`, or as plain sections where people's clients don't draw tables.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from bot.policy.decide.customer_state import LastWord
from bot.policy.model.rules import Policy
from bot.policy.plan.due_steps import due_steps
from bot.policy.plan.hot_list import HotCustomer, HotListPage, Trend
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER
from bot.ports.workspace import Block, Message
from bot.views.channel import places
from bot.views.kit import ids, labels, lines
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import (
    ago,
    clip,
    escape,
    has_slack_id,
    near_form,
    near_moment,
    one_line,
    person,
    plain_moment,
    times,
)

PAGE_SIZE: Final = 10
# The most customers in the plain form, which fits on one screen.
SECTIONS: Final = 8
_NAME: Final = 60
_SAID: Final = 100
_LABEL: Final = 40
# All cells together may have ten thousand characters; what Slack counts of mentions and dates is left room for.
_LONGEST: Final = 8_500
_NAMED: Final = 5
# Slack fills it in.
_AGO: Final = "{ago}"  # noqa: RUF027
_MARKS: Final = {Trend.NEW: "new", Trend.HEAVIER: "↑", Trend.LIGHTER: "↓"}
_COLUMNS: Final = ("Customer", "Severity", "Days", "Needed from you", "Next promise", "Last word", "Owners", "Health")
_CAPTION: Final = "Most urgent first"


def draw(page: HotListPage, command: str, *, as_table: bool) -> Message:
    """Draw the hot list of a day."""
    return Message(_text(page), tuple(_blocks(page, command, as_table=as_table)))


def closed(channel: str, why: str) -> str:
    """Return the message to the policy's owner that the list can't be posted any more."""
    return (
        f":warning: Escalate can't post the hot list in {places.named(channel)}: {why_closed(why)}. "
        f"{places.how_to_mend(why)}, or name another channel in `ESCALATE_HOT_LIST_CHANNEL`."
    )


def _title(page: HotListPage) -> str:
    if not page.total:
        return "Hot list"
    return f"Hot list: {times(page.total, 'customer')} escalated"


def _text(page: HotListPage) -> str:
    """Return the notification, which carries the point where the table isn't drawn."""
    names = ", ".join(escape(each.facts.account.name, _NAME) for each in page.customers[:_NAMED])
    more = page.total - min(len(page.customers), _NAMED)
    return f"{_title(page)}: {names}{f' and {more} more' if more > 0 else ''}" if names else _title(page)


def _blocks(page: HotListPage, command: str, *, as_table: bool) -> Iterator[Block]:
    yield header(_title(page))
    yield context(" · ".join(_remarks(page)))
    shown = 0
    if page.customers and as_table:
        rows = list(_rows(page))
        shown = len(rows) - 1
        size = {"page_size": PAGE_SIZE} if shown > PAGE_SIZE else {}
        yield {"type": "data_table", "caption": _CAPTION, "rows": rows, "row_header_column_index": 0, **size}
    elif page.customers:
        shown = min(len(page.customers), SECTIONS)
        for each in page.customers[:SECTIONS]:
            yield section(lines.line(each.facts.key, partial(customer, each, page.at, page.policy)))
    if page.unreadable:
        yield context(*(lines.cannot_be_shown(f"ESC-{number}") for number in page.unreadable[:_NAMED]))
    if page.total > shown:
        yield context(f"{page.total - shown} more: `{escape(command)} list`")
    if page.customers:
        yield actions(button("Ask executives…", ids.PRESS_ASK, "hot list"))


def _remarks(page: HotListPage) -> Iterator[str]:
    """Yield how many there were a week ago, how many are confidential, and as of when this is."""
    if page.before is not None:
        change = page.total - page.before
        yield f"{abs(change)} {'more' if change > 0 else 'fewer'} than last week" if change else "As many as last week"
    if page.confidential:
        yield f"{page.confidential} confidential, not shown"
    yield f"As of {near_moment(page.at, page.at, str(page.policy.zone))}"


def _rows(page: HotListPage) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the rows of the table, as many as Slack has room for; the first has the titles."""
    yield [_raw(name) for name in (*_COLUMNS, *(("ARR",) if page.policy.show_money else ()))]
    room = _LONGEST
    for each in page.customers:
        row = list(_cells(each, page))
        room -= sum(_letters(cell) for cell in row)
        if room < 0:
            return
        yield row


def _cells(each: HotCustomer, page: HotListPage) -> Iterator[Mapping[str, Any]]:
    """Yield a customer's cells: first what executives act on, because narrow windows cut the rest off."""
    facts, now = each.facts, page.at
    also = f" +{each.count - 1}" if each.count > 1 else ""
    yield _raw(clip(one_line(facts.account.name), _NAME) + (" (new)" if each.trend is Trend.NEW else ""))
    mark = f" {_MARKS[each.trend]}" if each.trend in (Trend.HEAVIER, Trend.LIGHTER) else ""
    yield _raw(f"{clip(_severity(each), _LABEL)}{also}{mark}")
    days = max(0, (now - each.since).days)
    yield {"type": "raw_number", "value": days, "text": f"{days} d"}
    yield _raw(clip(one_line(each.ask), _SAID) if each.ask else "-")
    due = _next_promise(each)
    late = [{"type": "text", "text": "overdue "}] if due is not None and due <= now else []
    yield _rich([*late, _date(due, near_form(due, page.at), page)] if due is not None else [])
    word = each.last_word
    yield _rich(_said(word, page) if word is not None else [])
    yield _rich([_user(who) for who in _owners(each)])
    yield _raw(_health(each) or "-")
    if page.policy.show_money:
        yield _raw(f"{facts.account.arr:,.0f}" if facts.account.arr is not None else "-")


def customer(each: HotCustomer, now: datetime, policy: Policy) -> str:
    """Return a customer as two or three short lines; `policy` is the one in force."""
    facts, zone = each.facts, str(policy.zone)
    place = labels.where(facts) if facts.channel_id is not None else facts.key
    parts = [labels.title(facts, each.policy)]
    parts += [f"*{_MARKS[each.trend]}*"] if each.trend in _MARKS else []
    parts += [f"+{each.count - 1} more"] if each.count > 1 else []
    parts += [f"health {escape(health, _LABEL)}"] if (health := _health(each)) else []
    parts += [f"{max(0, (now - each.since).days)} d", ", ".join(map(person, _owners(each))), place]
    if policy.show_money and facts.account.arr is not None:
        parts.append(f"ARR {facts.account.arr:,.0f}")
    due, word = _next_promise(each), each.last_word
    second = [f"“{escape(one_line(word.words), _SAID)}” {ago(word.at, zone)}"] if word is not None else []
    if due is not None:
        second.append(
            f":exclamation: *overdue* {ago(due, zone)}" if due <= now else f"next {near_moment(due, now, zone)}"
        )
    needed = [f":point_right: *Needed:* {escape(one_line(each.ask), _SAID)}"] if each.ask else []
    return "\n".join(" · ".join(filter(None, line)) for line in (parts, second, needed) if line)


def _severity(each: HotCustomer) -> str:
    return labels.level_name(each.facts, each.policy)


def _health(each: HotCustomer) -> str:
    """Return the health of the programme in words, and the account's score."""
    rule = each.policy.health_rule(each.facts.health) if each.facts.health is not None else None
    score = each.facts.account.health
    return " · ".join(said for said in (rule.label if rule else "", str(score) if score is not None else "") if said)


def _owners(each: HotCustomer) -> list[str]:
    held = dict.fromkeys(each.facts.holder(role) for role in (FIX_OWNER, RELATIONSHIP_OWNER))
    return [who for who in held if who]


def _next_promise(each: HotCustomer) -> datetime | None:
    """Return when the customer is next promised an update; without one, when the first thing is due."""
    if each.facts.customer_update_due_at is not None:
        return each.facts.customer_update_due_at
    return next((step.at for step in due_steps(each.facts, each.policy)), None)


def _raw(text: str) -> Mapping[str, Any]:
    return {"type": "raw_text", "text": text or "-"}


def _rich(elements: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return a cell with mentions and dates; an empty one shows a dash."""
    if not elements:
        return _raw("")
    spaced = [part for each in elements for part in (each, {"type": "text", "text": " "})][:-1]
    together = elements if any(each["type"] == "text" for each in elements) else spaced
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": together}]}


def _said(word: LastWord, page: HotListPage) -> list[Mapping[str, Any]]:
    """Return the last word and how long ago it was."""
    said = clip(one_line(word.words), _SAID) or "-"
    return [{"type": "text", "text": f"{said} "}, _date(word.at, _AGO, page)]


def _user(who: str) -> Mapping[str, Any]:
    return {"type": "user", "user_id": who} if has_slack_id(who) else {"type": "text", "text": clip(who, _NAME)}


def _date(at: datetime, form: str, page: HotListPage) -> Mapping[str, Any]:
    fallback = plain_moment(at, str(page.policy.zone))
    return {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": fallback}


def _letters(cell: Mapping[str, Any]) -> int:
    """Return how many characters a cell takes."""
    if cell["type"] != "rich_text":
        return len(cell["text"])
    return sum(len(each.get("text", "")) + len(each.get("fallback", "")) for each in cell["elements"][0]["elements"])
