"""The decision tree, a question at a time: whether to escalate (S3, "Escalation decision tree")."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.model.training import Choice, Then, TreeQuestion
from bot.policy.training import material
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.info_form import shown
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape

# The value of a button holds the whole way, which Slack limits to 2,000 characters: "harm=1,worse=0".
_MOST_STEPS: Final = 40
_LEVEL: Final = "level="


def draw(tree: Mapping[str, TreeQuestion], chosen: str, contact: str | None, levels: Sequence[str] = ()) -> View:
    """Draw where a way through the tree leads: its next question, or the advice. `chosen` are the answers so far.

    `levels` are the codes of the severities that can be chosen, from the highest down.
    """
    passed, ahead = _followed(tree, chosen)
    blocks = [context("\n".join(f"{escape(asks)} *{escape(says)}*" for asks, says in passed))] if passed else []
    if isinstance(ahead, Choice):
        ask = f" Still unsure? Ask {escape(contact)}." if contact else ""
        blocks += [
            section(f"*{escape(ahead.advice or '')}*"),
            actions(*_buttons(ahead, levels)),
            context(f"Escalating is not a failure.{ask}"),
        ]
    else:
        way = f"{chosen}," if passed else ""
        buttons = [
            button(choice.says, f"{ids.PRESS_TREE}-{place}", f"{way}{ahead.key}={place}")
            for place, choice in enumerate(ahead.choices)
        ]
        blocks += [section(f"*{escape(ahead.asks)}*"), actions(*buttons)]
    return shown("Should I escalate?", blocks)


def level_of(value: str) -> str | None:
    """Return the severity that the button for declaring names; None if it names none."""
    return value.removeprefix(_LEVEL) if value.startswith(_LEVEL) else None


def _buttons(advice: Choice, levels: Sequence[str]) -> Iterator[ButtonElement]:
    if advice.then is Then.DECLARE:
        level = material.level_of(advice, levels)
        yield button("Escalate", ids.PRESS_DECLARE, f"{_LEVEL}{level}" if level else "should i")
    elif advice.then is Then.PROGRAMME:
        yield button("Propose a programme", ids.PRESS_PROPOSE, "should i")
    yield button("Start again", f"{ids.PRESS_TREE}-start", "start")


def _followed(tree: Mapping[str, TreeQuestion], chosen: str) -> tuple[Sequence[tuple[str, str]], TreeQuestion | Choice]:
    """Return the questions passed with their answers, and what comes next. A way that isn't there begins again."""
    first = next(iter(tree.values()))
    passed: list[tuple[str, str]] = []
    ahead: TreeQuestion | Choice = first
    for answer in chosen.split(",")[:_MOST_STEPS] if chosen else ():
        key, _, place = answer.partition("=")
        if isinstance(ahead, Choice) or key != ahead.key or not place.isdecimal() or int(place) >= len(ahead.choices):
            return (), first  # the policy's tree has changed meanwhile
        choice = ahead.choices[int(place)]
        passed.append((ahead.asks, choice.says))
        ahead = tree[choice.to] if choice.to is not None else choice
    return passed, ahead
