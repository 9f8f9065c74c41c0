"""Steps of stories about account programmes: propose one, find the question, accept it."""

from typing import Any

from sqlalchemy import func, select

from bot.models.escalation import Escalation
from bot.views.kit import ids
from tests.support.every_form import PROPOSAL
from tests.support.person import Seen
from tests.support.story import Story, moment


def propose(story: Story, who: str = "noor", **given: Any) -> int:
    """Propose a programme by the command and return its number."""
    said = {**PROPOSAL, **given}
    story.command(who, "programme")
    story.press_in_form(who, ids.MORE_PROPOSAL)
    answer = story.submit(who, **{key: value for key, value in said.items() if value is not None})
    assert answer["result"] == "closed", answer
    with story.program.services.database.transaction() as tx:
        return int(tx.session.scalars(select(func.max(Escalation.id))).one())


def asked(story: Story, who: str = "maria") -> Seen:
    """Return the message that asks for an answer."""
    return next(message for message in reversed(story.direct(who)) if "proposes an account programme" in message.text)


def accept(story: Story, who: str = "maria", **given: Any) -> dict[str, Any]:
    """Press Accept and send the form."""
    story.press(who, ids.PRESS_ACCEPT, on=asked(story, who))
    return story.submit(who, **given)


def accepted(story: Story, **given: Any) -> int:
    """Propose a programme that the manager accepts."""
    number = propose(story, **given)
    assert accept(story)["result"] == "closed"
    return number


def text_of(story: Story, number: int) -> str:
    return "\n".join(message.all_text for message in story.messages(number))


def at(text: str) -> int:
    return int(moment(text).timestamp())
