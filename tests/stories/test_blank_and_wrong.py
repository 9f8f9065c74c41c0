"""Blank, late and impossible entries: refused where they are typed, never silently ignored."""

from bot.policy.decide.lifecycle import Move, Obstacle, Refusal
from bot.policy.record.escalation import FIX_OWNER, Status
from bot.views.kit import ids, wording
from bot.views.kit.text import as_typed
from tests.stories.reviews.writing import write
from tests.support.story import USERS, Story

REVIEWED = {
    "confirmed_by": "Jo at Acme",
    "confirmed_how": "call",
    "review_url": "https://wiki.example/1",
    "action": "Test exports",
    "action_owner": "U01ELI",
    "action_due": "2026-04-01",
}

PASSED = "That day has passed. Choose a later one."
NOT_YET = "That day hasn't come yet. Add it when the review is finished."
TOO_LONG = "Use a link of at most 500 characters."


def test_a_page_that_cannot_be_sent_goes_to_the_next_in_line_at_once(story: Story) -> None:
    story.control.post("faults", method="chat.postMessage", kind="error", error="user_not_found", times=1)
    number = story.declare("noor", account="Globex", level="sev1")
    lost, passed_on = story.facts(number).pages
    assert (lost.person, lost.ended_why) == (USERS["dana"], "passed on")
    assert {who: len(story.pages(who)) for who in USERS if USERS[who] == passed_on.person} == {"ana": 1}
    reached = story.find(number, "Couldn't page")
    assert "(fix owner): user_not_found" in reached.text
    assert "We went on to the next person." in reached.text


def test_a_role_is_not_given_to_somebody_who_cannot_answer(story: Story) -> None:
    number = story.declare("noor", level="sev3")
    bot = next(app["user_id"] for app in story.state()["apps"])
    for nobody in (bot, USERS["kim"]):
        answer = story.menu("noor", "owners", number, role=FIX_OWNER, person=nobody)
        assert "Choose a colleague" in answer["errors"]["person"]
        story.close_form("noor")
    assert story.facts(number).holder(FIX_OWNER) == USERS["dana"]


def test_a_reason_of_blanks_is_none(story: Story) -> None:
    number = story.declare("noor", level="sev2")
    for choice, more in (("level", {"level": "sev3"}), ("waive", {})):
        answer = story.menu("maria", choice, number, reason="   ", **more)
        assert answer["errors"] == {"reason": "Enter a reason. It's posted."}
        story.close_form("maria")
    assert story.facts(number).level == "sev2"
    assert story.facts(number).waiver is None


def test_a_review_is_finished_on_a_day_that_has_come(story: Story) -> None:
    number = story.declare("noor", level="sev2", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **REVIEWED)
    answer = story.act("dana", ids.PRESS_CLOSE, number, summary="Over.", cause="Deploy", finished_on="2099-01-01")
    assert answer["errors"] == {"finished_on": NOT_YET}
    story.close_form("dana")
    answer = story.menu("dana", "review", number, finished_on="2099-01-01")
    assert answer["errors"] == {"finished_on": NOT_YET}


def test_an_action_is_due_on_a_future_day_in_the_filers_zone(story: Story) -> None:
    # It is Friday evening in New York, where Dana is not and the policy is, and Saturday in Berlin, where she is.
    number = story.declare("noor", level="sev2", at="Fri 2026-03-06 20:00")
    story.forward(hours=1)
    for due, told in (("2026-03-06", {"action_due": PASSED}), ("2026-03-07", None)):
        answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **REVIEWED | {"action_due": due})
        assert answer.get("errors") == told
        story.close_form("dana") if told else None
    for answers, told in (
        ({"what": "Alert", "owner": "U01ELI", "due": "2026-03-06"}, {"due": PASSED}),
        ({"finished_on": "2026-03-08"}, {"finished_on": NOT_YET}),
        ({"review_url": f"https://wiki.example/{'x' * 500}"}, {"review_url": TOO_LONG}),
    ):
        assert write(story, "dana", number, **answers)["errors"] == told
        story.control.post("close", user=USERS["dana"], all=True)
    assert len(story.facts(number).review.actions) == 1


def test_an_error_at_a_field_names_nobody_by_number() -> None:
    refusal = Refusal(Obstacle.NO_CONFIRMATION, Move.RESOLVE, Status.OPEN, people=("U01MARIA",))
    assert wording.without_mentions(wording.refusal(refusal)).endswith("To waive it, ask those the policy names.")


def test_what_is_over_cannot_be_joined_from_a_form_that_was_left_open(story: Story) -> None:
    number = story.declare("noor", level="sev3")
    story.command("omar", "acme csv is broken")
    story.menu("noor", "withdraw", number, why="mistake", reason="A drill.")
    story.choose("omar", ids.JOIN, str(number))
    assert "omar" not in story.members(number)
    assert "ESC-1 is over. Declare a new one." in story.form("omar").all_text
    assert "csv is broken" in str(story.form("omar").raw["state"])


def test_a_quoted_message_is_read_as_it_was_typed() -> None:
    quoted = (
        "R&amp;D says &lt;b&gt; <@U01ANA> see <https://x.example/?a=1&amp;b=2|the page> <https://y.example> "
        "<#C01GENERAL|general> <!here> <mailto:jo@acme.example|jo@acme.example>"
    )
    assert as_typed("R&D <b>") == "R&D <b>"
    assert as_typed(quoted) == ("R&D says <b> @U01ANA see the page https://y.example #general @here jo@acme.example")
