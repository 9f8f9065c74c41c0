"""Details: one form on the card, filled in by anybody, and the relationship owner is asked once for missing ones."""

from sqlalchemy import select

from bot.models.intake import IntakeFact
from bot.models.timeline import TimelineEntry
from bot.models.tracked_message import TrackedMessage
from bot.models.work import Effect
from bot.views.kit import ids
from tests.stories.programmes.proposing import accepted
from tests.support.person import Form, Json, Seen
from tests.support.story import Story

CUSTOMER = {"customer.name": "Jo Fischer", "customer.email": "jo@acme.example"}
FILES = "record files"
CARD = "Charged on 4111 1111 1111 1111"


def counted(story: Story, number: int) -> str:
    """Return the words of the card's button."""
    return str(story.card(number).button(ids.PRESS_FACTS)["text"]["text"])


def opened(story: Story, who: str, number: int) -> Form:
    """Open all details from the card."""
    return story.open_details(who, number)


def answer(form: Form, key: str) -> str | None:
    """Return what a question is filled in with."""
    found: str | None = form.question(key)["element"].get("initial_value")
    return found


def fill(story: Story, who: str, number: int, **values: str) -> Json:
    """Fill in details."""
    return story.details(who, number, **values)


def begin(story: Story, **how: str) -> int:
    """Declare, and let the opening pass."""
    number = story.declare(**{"level": "sev3", **how})
    story.forward(minutes=1)
    return number


def test_the_form_begins_with_what_is_needed_and_keeps_what_was_typed_when_it_shows_the_rest(story: Story) -> None:
    number = begin(story)
    story.press("eli", ids.PRESS_FACTS, on=story.card(number))
    form = story.form("eli")
    first = [key for key in form.inputs if key != FILES]
    assert len(first) == 6
    assert not any(answer(form, key) for key in first), "what is known can wait"
    assert "More details (13)" in form.all_text
    story.fill("eli", **{first[0]: "Jo Fischer"})
    story.press_in_form("eli", ids.MORE_DETAILS)
    assert len([key for key in story.form("eli").inputs if key != FILES]) == 19
    assert "More details" not in story.form("eli").all_text
    last = story.form("eli").inputs[-2]
    story.submit("eli", **{last: "Since 9:00"})
    assert counted(story, number) == "Details 5/19"


def test_the_card_counts_the_details_and_one_form_has_them_all(story: Story) -> None:
    number = begin(story)
    assert story.said(number) == []
    assert counted(story, number) == "Details 3/19"
    form = opened(story, "eli", number)
    asked = [key for key in form.inputs if key != FILES]
    assert len(asked) == 19
    filled = [key for key in asked if answer(form, key)]
    assert filled == ["customer.plan", "customer.company", "issue.summary"]
    story.submit("eli", **{"customer.name": "Jo Fischer"})
    assert counted(story, number) == "Details 4/19"


def test_what_the_category_needs_is_asked_first(story: Story) -> None:
    number = begin(story, category="financial", description="Charged twice in March")
    form = opened(story, "eli", number)
    said = form.all_text
    assert said.index("What Billing needs") < said.index("Customer details")
    assert "Transaction ID\nUser ID\nAmount" in said
    assert "Charged twice in March" in [answer(form, key) for key in form.inputs if key != FILES]


def test_anybody_fills_in_what_they_know_and_the_card_follows(story: Story) -> None:
    number = begin(story)
    before = len(story.messages(number))
    assert fill(story, "omar", number, **CUSTOMER)["result"] == "closed"
    assert fill(story, "eli", number, **{"issue.since": "since 9:00"})["result"] == "closed"
    assert counted(story, number) == "Details 6/19"
    said = opened(story, "ana", number).all_text
    assert "Name: <@U01OMAR>" in said
    assert "When it started: <@U01ELI>" in said
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
    fill(story, "omar", number, **CUSTOMER)
    form = opened(story, "ana", number)
    assert answer(form, "customer.name") == "Jo Fischer"
    assert answer(form, "customer.plan") == "business"
    story.submit("ana", **{"customer.name": "Jo Fisher", "customer.email": ""})
    form = opened(story, "ana", number)
    assert (answer(form, "customer.name"), answer(form, "customer.email")) == ("Jo Fisher", None)
    assert counted(story, number) == "Details 4/19"


def test_two_people_with_one_form_open_take_nothing_from_each_other(story: Story) -> None:
    number = begin(story)
    opened(story, "omar", number)
    opened(story, "eli", number)
    story.submit("omar", **{"customer.name": "Jo Fischer"})
    story.submit("eli", **{"customer.email": "jo@acme.example"})
    form = opened(story, "ana", number)
    assert (answer(form, "customer.name"), answer(form, "customer.email")) == ("Jo Fischer", "jo@acme.example")


def test_a_value_that_must_not_be_kept_is_refused_with_the_reason(story: Story) -> None:
    number = begin(story)
    refused = fill(story, "omar", number, **{"issue.impact": CARD, "issue.since": "today"})
    assert refused["result"] == "errors"
    assert "looks like a card number" in refused["errors"]["issue.impact"]
    assert counted(story, number) == "Details 3/19"


def test_a_reason_refuses_a_value_too_but_declaring_warns_and_masks_it(story: Story) -> None:
    story.command("noor", f"acme {CARD}")
    story.choose("noor", ids.LEVEL, "sev3")
    assert "This looks like a card number. Take it out" in story.form("noor").all_text
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.submit("noor", level="sev3", summary=CARD, description=f"Paid with {CARD}")
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
    story.skip_to("Mon 2026-03-09 09:29")
    assert not any("Can you add details" in message.text for message in story.direct("ana"))
    story.forward_to("Mon 2026-03-09 09:30")
    asked = [message for message in story.direct("ana") if "Can you add details" in message.text]
    assert len(asked) == 1
    assert "Missing: Name, Email and " in asked[0].all_text
    story.press("ana", ids.PRESS_FACTS, on=asked[0])
    assert "customer.plan" not in story.form("ana").inputs
    story.submit("ana", **CUSTOMER)
    assert counted(story, number) == "Details 5/19"
    story.act("dana", ids.PRESS_MITIGATE, number)
    story.act("dana", ids.PRESS_REOPEN, number, reason="It is back.")
    story.skip(days=5)
    assert sum("Can you add details" in message.text for message in story.direct("ana")) == 1


def asks(story: Story, who: str = "ana") -> list[Seen]:
    return [message for message in story.direct(who) if "Can you add details" in message.text]


def test_what_is_asked_for_shrinks_with_each_answer_and_is_gone_with_the_last(story: Story) -> None:
    number = begin(story)
    story.forward_to("Mon 2026-03-09 11:30")
    (asked,) = asks(story)
    known, of = counted(story, number).removeprefix("Details ").split("/")
    assert f"Missing: Name, Email and {int(of) - int(known) - 2} more." in asked.all_text, "as many as the card counts"
    story.details("omar", number, **{"customer.name": "Jo Fields"})
    (asked,) = asks(story)
    assert "Missing: Email, " in asked.all_text
    form = opened(story, "omar", number)
    story.submit("omar", **dict.fromkeys([key for key in form.inputs if key != FILES], "known"))
    assert asks(story) == []


def test_one_person_is_asked_about_one_escalation_an_hour(sqlite_story: Story) -> None:
    story = sqlite_story
    for level in ("sev3", "sev4", "sev3"):
        number = story.declare(level=level, at="Mon 2026-03-09 10:00")
        story.command("dana", f"ack ESC-{number}")
    for hour, seen in ((10, 0), (11, 1), (12, 2), (13, 3), (17, 3)):
        story.forward_to(f"Mon 2026-03-09 {hour}:01")
        assert len(asks(story)) == seen, hour


def test_nobody_is_asked_for_details_while_they_owe_an_update_or_are_paged(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(level="sev1", at="Mon 2026-03-09 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward_to("Mon 2026-03-09 12:30")
    assert any("overdue" in message.all_text for message in story.direct("ana"))
    assert asks(story) == []
    story.act("ana", ids.PRESS_UPDATE, number, known="A bad query.", customer_text="We have found the cause.")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    story.act("ana", ids.PRESS_UPDATE, number, known="Stable.", customer_text="It is stable now.")
    story.forward_to("Mon 2026-03-09 13:05")
    assert len(asks(story)) == 1


def test_the_relationship_owner_is_not_asked_when_nothing_is_missing(story: Story) -> None:
    number = begin(story)
    form = opened(story, "omar", number)
    story.submit("omar", **dict.fromkeys([key for key in form.inputs if key != FILES], "known"))
    assert counted(story, number) == "Details 19/19"
    story.forward(days=3)
    assert not any("Can you add details" in message.text for message in story.direct("ana"))


def test_nobody_is_asked_about_what_is_over(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "withdraw", number, why="mistake", reason="A drill.")
    story.forward(days=3)
    assert not any("Can you add details" in message.text for message in story.direct("ana"))
    story.command("noor", f"facts ESC-{number}")
    assert "It's closed, so they can't be changed." in story.form("noor").all_text


def test_a_confidential_one_is_nobody_elses_to_fill_in(story: Story) -> None:
    number = begin(story, category="security_privacy", level="sev1")
    assert f"There is no ESC-{number}." in str(story.command("eli", f"facts ESC-{number}")["ack"])


def test_the_card_of_a_channel_after_reopening_counts_what_was_known(story: Story) -> None:
    number = begin(story)
    fill(story, "omar", number, **CUSTOMER)
    first = story.facts(number).channel_id
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
    story.act("dana", ids.PRESS_CLOSE, number, summary="Done.")
    story.forward(days=2)
    story.command("dana", f"reopen ESC-{number}")
    story.submit("dana", reason="It is back.")
    assert story.facts(number).channel_id != first
    assert counted(story, number) == "Details 5/19"


def test_nothing_of_it_is_posted_whatever_slack_loses(story: Story) -> None:
    number = story.declare(level="sev3")
    story.control.post("faults", kind="lost", method="chat.postMessage", times=2)
    story.forward(minutes=3)
    fill(story, "omar", number, **CUSTOMER)
    assert counted(story, number) == "Details 5/19"
    with story.program.services.database.transaction() as tx:
        assert tx.session.scalars(select(TrackedMessage.kind)).all() == []
    assert story.said(number) == []


def test_what_people_write_is_shown_as_they_wrote_it(story: Story) -> None:
    number = begin(story)
    words = "<!channel> *all* of <https://x.example|us>"
    fill(story, "omar", number, **{"issue.impact": words})
    assert answer(opened(story, "ana", number), "issue.impact") == words


def test_a_programme_has_details_of_its_own_and_the_customer_owner_is_asked_for_them_once(story: Story) -> None:
    number = accepted(story)
    assert counted(story, number) == "Details 0/15"
    form = opened(story, "eli", number)
    for words in ("Customer's sponsor", "Products and sites affected", "Tickets and relevant links", "Renewal or deal"):
        assert words in form.all_text
    assert "User ID" not in form.all_text
    answered = story.submit("eli", **{"customer.name": "Jo Park", "urgency.at_stake": "The renewal in May"})
    assert answered["result"] == "closed"
    assert counted(story, number) == "Details 2/15"
    story.skip(days=1)
    asked = [message for message in story.direct("ana") if "Products and sites affected" in message.all_text]
    assert len(asked) == 1
    assert "Jo Park" in opened(story, "ana", number).raw["blocks"].__repr__()
