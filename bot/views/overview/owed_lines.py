"""What somebody owes besides escalations: a line each with its button, on Home, in lists and the digest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.record.escalation import role_name
from bot.policy.record.obligations import ObligationKind, OwedLine, OwedLines
from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape, length, link, near_moment, person, times

_ICONS: Final = {
    ObligationKind.SUMMARY: ":memo:",
    ObligationKind.FOLLOW_UP_CALL: ":telephone_receiver:",
    ObligationKind.STATUS_CALL: ":telephone_receiver:",
    ObligationKind.CASE_REVIEW: ":repeat:",
    ObligationKind.TEAM: ":busts_in_silhouette:",
    ObligationKind.SIGN_OFF: ":mag:",
    ObligationKind.APPROVAL: ":raised_hand:",
    ObligationKind.HANDOVER: ":bust_in_silhouette:",
    ObligationKind.LEVEL: ":chart_with_upwards_trend:",
    ObligationKind.WATCH: ":eyes:",
}


def draw(
    lines: Iterable[OwedLine], now: datetime, workspace_url: str, *, named: Callable[[int], str] | None = None
) -> Iterator[Block]:
    """Yield a line for each, with the name that its blocks get by their place."""
    for number, line in enumerate(lines):
        words, buttons = f"{_ICONS[line.owed.kind]} {_words(line, now, workspace_url)}", _buttons(line)
        block = named(number) if named is not None else None
        if len(buttons) == 1:
            yield section(words, accessory=buttons[0], block_id=block)
        else:
            yield section(words)
            yield actions(*buttons, block_id=block)


def more(count: int, where: str) -> Iterator[Block]:
    """Yield how many more there are, and where they are listed (markup)."""
    if count > 0:
        yield context(f"You owe {times(count, 'more thing')}: {where}")


def of_the_team(found: OwedLines) -> Block:
    """Return what somebody's people owe that is overdue, in one entry."""
    named = [f"{escape(_named(line))} ({line.key}, {person(line.owed.person)})" for line in found.shown]
    return section(f":hourglass: Also overdue: {'; '.join(named)}{_also(found)}.")


def plain(found: OwedLines) -> str:
    """Return what is owed for a terminal."""
    return f"{'; '.join(f'{_named(line)} ({line.key})' for line in found.shown)}{_also(found)}"


def _also(found: OwedLines) -> str:
    return f" and {found.total - len(found.shown)} more" if found.total > len(found.shown) else ""


def _named(line: OwedLine) -> str:
    """Return what is owed, as a part of a sentence, not escaped."""
    match line.owed.kind:
        case ObligationKind.SIGN_OFF:
            return "sign-off of the review"
        case ObligationKind.APPROVAL:
            return "approval of a customer update"
        case ObligationKind.HANDOVER:
            return f"answer to the offer as {role_name(line.owed.about)}"
        case ObligationKind.TEAM:
            return f"response of {_team(line)}"
        case ObligationKind.LEVEL:
            return "answer about the severity"
        case ObligationKind.WATCH:
            return "answer how the account is"
        case _:
            return line.owed.kind.value


def _words(line: OwedLine, now: datetime, workspace_url: str) -> str:
    """Return what is owed, for which escalation, and when it is due."""
    lock = " :lock:" if line.is_private else ""
    key = link(f"{workspace_url}archives/{line.channel}", line.key) if line.channel is not None else line.key
    if line.owed.kind is ObligationKind.WATCH:
        return f"*How is {escape(line.account)}{lock} since {key} was resolved?* · {_due(line, now)}"
    return f"*{_title(line)}* · {escape(line.account)}{lock} · {key} · {_due(line, now)}"


def _title(line: OwedLine) -> str:
    asked_by = person(line.owed.by) if line.owed.by is not None else "Someone"
    match line.owed.kind:
        case ObligationKind.SUMMARY:
            return "Issue summary"
        case ObligationKind.FOLLOW_UP_CALL:
            return "Follow-up call"
        case ObligationKind.STATUS_CALL:
            return "Status call"
        case ObligationKind.CASE_REVIEW:
            return "Case review"
        case ObligationKind.TEAM:
            return f"{escape(_team(line))} hasn't responded"
        case ObligationKind.SIGN_OFF:
            return f"{asked_by} asks you to sign off the review"
        case ObligationKind.APPROVAL:
            return f"{asked_by} asks you to approve a customer update"
        case ObligationKind.LEVEL:
            return _level(line)
        case _:
            return f"{asked_by} asks you to be {escape(role_name(line.owed.about))}"


def _due(line: OwedLine, now: datetime) -> str:
    zone, owed = str(line.policy.zone), line.owed
    at = near_moment(line.at, now, zone)
    if owed.kind is ObligationKind.STATUS_CALL:
        return f":exclamation: *no notes since {at}*" if line.is_overdue(now) else f"begins {at}"
    if owed.due_at is None:
        return f"asked {at}"
    if owed.kind in (ObligationKind.APPROVAL, ObligationKind.HANDOVER):
        return f"until {at}"
    if line.is_overdue(now):
        return f":exclamation: *overdue by {length(max(now - owed.due_at, timedelta(minutes=1)))}*"
    return f"due {at}"


def _level(line: OwedLine) -> str:
    """Return who asks for which severity, or that the account's data propose a lighter one."""
    code = line.owed.about.partition(":")[2]
    wanted = escape(next((level.label for level in line.policy.levels if level.code == code), code))
    if line.owed.by is None:
        return f"Account data improved: is {wanted} enough?"
    return f"{person(line.owed.by)} asks you for {wanted}"


def _team(line: OwedLine) -> str:
    return next((team.name for team in line.policy.teams if team.key == line.owed.about), line.owed.about)


def _buttons(line: OwedLine) -> Sequence[ButtonElement]:
    """Return what can be pressed: the form in which it is done, or the answers."""
    number, about = str(line.number), f"{line.number}:{line.owed.about}"
    match line.owed.kind:
        case ObligationKind.SUMMARY:
            return (button("Issue summary", ids.PRESS_SUMMARY, number),)
        case ObligationKind.FOLLOW_UP_CALL:
            return (button("Note or move it", ids.PRESS_CALL, number),)
        case ObligationKind.STATUS_CALL:
            return (button("Note or move it", ids.PRESS_STATUS_CALL, number),)
        case ObligationKind.CASE_REVIEW:
            return (button("Note the findings…", ids.PRESS_CASE_REVIEW, about),)
        case ObligationKind.TEAM:
            return (button("They responded", ids.PRESS_TEAM, about),)
        case ObligationKind.SIGN_OFF:
            return (button("Review", ids.PRESS_REVIEW, number),)
        case ObligationKind.APPROVAL:
            return (button("Read and send…", ids.PRESS_SEND_OTHERWISE, number),)
        case ObligationKind.HANDOVER:
            accept = button("Accept", ids.PRESS_ACCEPT_ROLE, about, style="primary")
            return (accept, button("I can't", ids.PRESS_DECLINE_ROLE, about))
        case ObligationKind.LEVEL:
            request = about.rpartition(":")[0]
            approve = button("Approve", ids.PRESS_APPROVE_LEVEL, request, style="primary")
            return (approve, button("Decline…", ids.PRESS_DECLINE_LEVEL, request))
        case _:
            well = button("All good", ids.PRESS_WATCH_WELL, about, style="primary")
            return (well, button("Reopen…", ids.PRESS_WATCH_WRONG, about))
