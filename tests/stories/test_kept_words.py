"""Typed words stay in the form, however it fails: by a defect, an outage, a refusal without a field."""

import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import FormError, NotFound, OutsideError
from bot.services.updates.updates import Updates
from bot.views.kit import ids
from tests.support.story import Story

WORDS = "We rebuild the index, and look at every customer's exports."
FAILURES = {
    "a defect": (RuntimeError("broken"), "Sorry"),
    "the database is away": (OperationalError("", None, Exception("connection refused")), "Try again"),
    "Slack refuses": (OutsideError("chat.postMessage", "internal_error"), "Slack"),
    "gone meanwhile": (NotFound("There is no ESC-9."), "There is no ESC-9."),
    "a field that the form doesn't have": (FormError("nowhere", "Choose another day."), "Choose another day."),
}


def test_what_was_typed_stays_in_the_form_with_the_reason_above_it(
    story: Story, monkeypatch: pytest.MonkeyPatch, defects: list[str]
) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    for name, (error, said) in FAILURES.items():

        def fails(*_given: object, error: Exception = error, **_more: object) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(Updates, "post", fails)
            answer = story.submit("ana", customer_text=WORDS)
        form = story.form("ana")
        assert said in f"{form.all_text} {answer}", name
        assert any(WORDS in str(control) for control in form.raw["state"]["values"].values()), name
    assert story.submit("ana")["result"] == "closed", "and is sent once it can be"
    assert WORDS in story.last(number).all_text
    assert len(defects) == 1
    defects.clear()


def test_a_form_below_that_can_not_be_drawn_again_stays_as_it_was(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.press("maria", ids.PRESS_RESOLVE, on=story.card(number))
    story.fill("maria", fixed=WORDS)
    story.press_in_form("maria", f"{ids.PRESS_CLEAR}waive")

    def fails(*_given: object, **_more: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr("bot.services.overview.escalations.Escalations.for_move", fails)
        story.submit("maria", reason="They are away.")
        story.settle()
    assert any(WORDS in str(control) for control in story.form("maria").raw["state"]["values"].values())
    assert story.facts(number).waiver is not None, "what was sent is stored"
