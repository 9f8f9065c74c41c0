"""Facts: requested in the channel, filled in by anybody, and the relationship owner is reminded of missing ones."""

from sqlalchemy import select

from bot.models.intake import IntakeFact
from bot.models.timeline import TimelineEntry
from bot.models.tracked_message import TrackedMessage, TrackedMessageKind
from bot.models.work import Effect
from bot.views.kit import ids
from tests.support.person import Json, Seen
from tests.support.story import USERS, Story

CUSTOMER = {"customer.name": "Jo Fischer", "customer.email": "jo@acme.example"}
CARD = "Charged on 4111 1111 1111 1111"


def tracked_messages(story: Story, number: int) -> list[Seen]:
    """Return the messages that ask for facts."""
    return [message for message in story.messages(number) if "facts are known" in message.text]


def tracked_message(story: Story, number: int) -> Seen:
    """Return the one message that asks for facts."""
    found = tracked_messages(story, number)
    assert len(found) == 1
    return found[0]


def open_section(story: Story, who: str, number: int, section: str) -> None:
    """Press the button beside a section of the message."""
    on = tracked_message(story, number)
    place = {"channel": on.raw["channel"], "ts": on.ts}
    story.control.post("press", user=USERS[who], action_id=ids.PRESS_FACTS, block_id=f"facts-{section}", **place)
    story.settle()


def fill(story: Story, who: str, number: int, section: str, **values: str) -> Json:
    """Fill in facts of a section."""
    open_section(story, who, number, section)
    return story.submit(who, **values)


def begin(story: Story, **how: str) -> int:
    """Declare, and let the opening pass."""
    number = story.declare(**{"level": "sev3", **how})
    story.forward(minutes=1)
    return number


def test_the_channel_is_asked_once_the_opening_is_over(story: Story) -> None:
    number = story.declare(level="sev3")
    assert tracked_messages(story, number) == []
    story.forward(minutes=1)
    asked = tracked_message(story, number)
    assert asked.text == "ESC-1: 2 of 17 facts are known."
    assert ":white_check_mark: Clear, concise summary: Exports are down" in asked.all_text
    assert ":white_check_mark: Plan type: business" in asked.all_text
    assert [words in asked.all_text for words in ("Name", "Email", "User ID")] == [True] * 3
    # Each that is missing has a button of its own, whose form asks for it alone.
    place = {"channel": asked.raw["channel"], "ts": asked.ts}
    story.control.post("press", user=USERS["eli"], action_id=f"{ids.PRESS_FACT}customer.name", **place)
    story.settle()
    assert story.form("eli").inputs == ["customer.name"]
    story.submit("eli", **{"customer.name": "Jo Fischer"})
    assert ":white_check_mark: Name: Jo Fischer" in tracked_message(story, number).all_text


def test_what_the_category_needs_is_asked_first(story: Story) -> None:
    number = begin(story, category="financial", description="Charged twice in March")
    said = tracked_message(story, number).all_text
    assert said.index("What Billing needs") < said.index("Customer details")
    assert "Transaction ID\nUser ID\nAmount" in said
    assert ":white_check_mark: Description: Charged twice in March" in said


def test_anybody_fills_in_what_they_know_and_the_message_is_redrawn(story: Story) -> None:
    number = begin(story)
    before = len(story.messages(number))
    assert fill(story, "omar", number, "customer", **CUSTOMER)["result"] == "closed"
    assert fill(story, "eli", number, "issue", **{"issue.since": "since 9:00"})["result"] == "closed"
    asked = tracked_message(story, number)
    assert asked.text == "ESC-1: 5 of 17 facts are known."
    assert "Name: Jo Fischer" in asked.all_text
    assert "Filled in by <@U01OMAR>, <@U01ELI>" in asked.all_text
    assert len(story.messages(number)) == before
    with story.program.services.database.transaction() as tx:
        rows = {row.key: (row.text, row.by, row.at) for row in tx.session.scalars(select(IntakeFact))}
        entries = tx.session.execute(
            select(TimelineEntry.actor, TimelineEntry.after).where(TimelineEntry.event == "facts filled in")
        ).all()
    assert rows["customer.name"] == ("Jo Fischer", "U01OMAR", story.clock.at)
    assert rows["issue.since"] == ("since 9:00", "U01ELI", story.clock.at)
    assert entries == [
        ("U01OMAR", {"facts": ["customer.name", "customer.email"]}),
        ("U01ELI", {"facts": ["issue.since"]}),
    ]


def test_the_form_is_prefilled_and_an_answer_can_be_corrected_or_taken_back(story: Story) -> None:
    number = begin(story)
    fill(story, "omar", number, "customer", **CUSTOMER)
    open_section(story, "ana", number, "customer")
    form = story.form("ana")
    assert form.question("customer.name")["element"]["initial_value"] == "Jo Fischer"
    assert form.question("customer.plan")["element"]["initial_value"] == "business"
    assert "Name: <@U01OMAR>" in form.all_text
    story.submit("ana", **{"customer.name": "Jo Fisher", "customer.email": ""})
    asked = tracked_message(story, number)
    assert "Name: Jo Fisher" in asked.all_text
    assert "jo@acme.example" not in asked.all_text
    assert asked.text == "ESC-1: 3 of 17 facts are known."


def test_two_people_with_one_form_open_take_nothing_from_each_other(story: Story) -> None:
    number = begin(story)
    open_section(story, "omar", number, "customer")
    open_section(story, "eli", number, "customer")
    story.submit("omar", **{"customer.name": "Jo Fischer"})
    story.submit("eli", **{"customer.email": "jo@acme.example"})
    said = tracked_message(story, number).all_text
    assert "Name: Jo Fischer" in said
    assert "Email: jo@acme.example" in said


def test_a_value_that_must_not_be_kept_is_refused_with_the_reason(story: Story) -> None:
    number = begin(story)
    answer = fill(story, "omar", number, "issue", **{"issue.impact": CARD, "issue.since": "today"})
    assert answer["result"] == "errors"
    assert "looks like a card number" in answer["errors"]["issue.impact"]
    assert tracked_message(story, number).text == "ESC-1: 2 of 17 facts are known."


def test_a_reason_refuses_a_value_too_but_declaring_warns_and_masks_it(story: Story) -> None:
    story.command("noor", f"acme {CARD}")
    story.choose("noor", ids.LEVEL, "sev3")
    assert "looks like a card number. Take it out" in story.form("noor").all_text
    story.submit("noor", level="sev3", summary=CARD, description=f"Paid with {CARD}")
    story.close_form("noor")
    number = 1
    shown = [story.facts(number), story.messages(number), story.messages("escalations"), story.home("ana")]
    with story.program.services.database.transaction() as tx:
        shown += [*tx.session.scalars(select(TimelineEntry.after)), *tx.session.scalars(select(Effect.payload))]
    assert "4111" not in str(shown)
    assert "Charged on ••••" in story.card(number).all_text
    answer = story.act("ana", ids.PRESS_UPDATE, number, known="We looked.", customer_text=CARD)
    assert "looks like a card number" in answer["errors"]["customer_text"]
    answer = story.menu("maria", "level", number, level="sev2", reason=f"Refund {CARD}")
    assert list(answer["errors"]) == ["reason"]
    assert story.facts(number).level == "sev3"


def test_the_relationship_owner_is_asked_once_in_working_hours(story: Story) -> None:
    number = story.declare(level="sev3", at="Fri 2026-03-06 17:30")
    story.command("dana", f"ack ESC-{number}")
    story.forward_to("Mon 2026-03-09 09:29")
    assert not any("You know Acme best" in message.text for message in story.direct("ana"))
    story.forward_to("Mon 2026-03-09 09:30")
    asked = [message for message in story.direct("ana") if "You know Acme best" in message.text]
    assert len(asked) == 1
    assert "*Missing:* Name, Email, User ID" in asked[0].all_text
    assert "I will not ask again." in asked[0].all_text
    story.press("ana", ids.PRESS_FACTS, on=asked[0])
    assert "customer.plan" not in story.form("ana").inputs
    story.submit("ana", **CUSTOMER)
    assert tracked_message(story, number).text == "ESC-1: 4 of 17 facts are known."
    story.act("dana", ids.PRESS_MITIGATE, number)
    story.act("dana", ids.PRESS_REOPEN, number, reason="It is back.")
    story.skip(days=5)
    assert sum("You know Acme best" in message.text for message in story.direct("ana")) == 1


def test_the_relationship_owner_is_not_asked_when_nothing_is_missing(story: Story) -> None:
    number = begin(story)
    story.command("omar", f"facts ESC-{number}")
    form = story.form("omar")
    story.submit("omar", **dict.fromkeys(form.inputs, "known"))
    assert "Everything that was asked for is known." in tracked_message(story, number).all_text
    story.forward(days=3)
    assert not any("You know Acme best" in message.text for message in story.direct("ana"))
    story.more("omar", "facts", number)
    assert "Everything is known already" in story.form("omar").all_text


def test_nobody_is_asked_about_what_is_over(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "withdraw", number, why="mistake", reason="A drill.")
    story.forward(days=3)
    assert tracked_messages(story, number) == []
    assert not any("You know Acme best" in message.text for message in story.direct("ana"))
    story.command("noor", f"facts ESC-{number}")
    assert "Its facts can't be filled in now. It is closed" in story.form("noor").all_text


def test_a_confidential_one_is_nobody_elses_to_fill_in(story: Story) -> None:
    number = begin(story, category="security_privacy", level="sev1")
    story.command("eli", f"facts ESC-{number}")
    assert f"There is no ESC-{number}." in story.form("eli").all_text


def test_a_channel_after_reopening_gets_its_own_message(story: Story) -> None:
    number = begin(story)
    fill(story, "omar", number, "customer", **CUSTOMER)
    first = tracked_message(story, number).raw["channel"]
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
    story.act("dana", ids.PRESS_CLOSE, number, summary="Done.")
    story.forward(days=2)
    story.command("dana", f"reopen ESC-{number}")
    story.submit("dana", reason="It is back.")
    again = tracked_message(story, number)
    assert again.raw["channel"] != first
    assert "Name: Jo Fischer" in again.all_text


def test_a_lost_answer_does_not_make_a_second_message(story: Story) -> None:
    number = story.declare(level="sev3")
    story.control.post("faults", kind="lost", method="chat.postMessage", times=2)
    story.forward(minutes=3)
    fill(story, "omar", number, "customer", **CUSTOMER)
    assert tracked_message(story, number).text == "ESC-1: 4 of 17 facts are known."
    with story.program.services.database.transaction() as tx:
        kinds = tx.session.scalars(select(TrackedMessage.kind).order_by(TrackedMessage.kind)).all()
    assert kinds == [TrackedMessageKind.CHECKLIST, TrackedMessageKind.INTAKE]
    tracked_messages = [message.text for message in story.messages(number) if "checklist are done" in message.text]
    assert len(tracked_messages) == 1


def test_what_people_write_is_shown_as_they_wrote_it(story: Story) -> None:
    number = begin(story)
    fill(story, "omar", number, "issue", **{"issue.impact": "<!channel> *all* of <https://x.example|us>"})
    assert "&lt;!channel&gt; *all* of &lt;https://x.example|us&gt;" in tracked_message(story, number).markup
