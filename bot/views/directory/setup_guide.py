"""The first-run guide on an admin's Home tab."""

from collections.abc import Iterator

from bot.policy.record.setup_guide import SetupGuide
from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import escape

_DONE, _OPEN = ":white_check_mark:", ":white_large_square:"
_MOST_GAPS = 3


def draw(guide: SetupGuide) -> Iterator[Block]:
    """Yield the four steps; a tick means that the record proves it."""
    yield header("Set up Escalate")
    yield section("\n".join(_steps(guide)))
    yield actions(button("Open the directory", ids.PRESS_ADMIN, "home"))
    if guide.gaps:
        missing = "\n".join(f":warning: {escape(gap)}." for gap in guide.gaps[:_MOST_GAPS])
        more = f"\n{len(guide.gaps) - _MOST_GAPS} more in the directory." if len(guide.gaps) > _MOST_GAPS else ""
        yield context(missing + more)


def _steps(guide: SetupGuide) -> Iterator[str]:
    used = (
        "escalations are declared with the preset"
        if guide.has_escalations
        else "check what each severity means: the command `policy`"
    )
    policy = "your own policy is in use" if guide.has_own_policy else used
    yield f"{_DONE if guide.has_own_policy or guide.has_escalations else _OPEN} *1. Severity:* {policy}"
    routing = "every role, area and team has someone" if not guide.gaps else "name who owns what, and who is on call"
    yield f"{_OPEN if guide.gaps else _DONE} *2. Routing:* {routing}"
    cadence = "updates are posted" if guide.has_updates else "declare one to try it, and post an update"
    yield f"{_DONE if guide.has_updates else _OPEN} *3. Cadence:* {cadence}"
    cause = "reviews have follow-ups" if guide.has_reviews else "close it with a review and a follow-up"
    yield f"{_DONE if guide.has_reviews else _OPEN} *4. Root cause:* {cause}"
