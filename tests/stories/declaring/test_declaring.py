"""Declaring: anybody, from anywhere, in one form that says at once what the answers mean."""

from pathlib import Path

import pytest

from bot.policy.file.loading import preset
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import Holder
from bot.views.kit import ids
from bot.views.kit.account_choice import AccountChoice
from tests.support.presets import WITH_ISSUES
from tests.support.story import USERS, Story
from tests.support.story import story as told


def test_the_form_opens_anywhere_within_one_call(story: Story) -> None:
    story.control.post("message", user=USERS["noor"], channel="general", text="hello")
    before = len(story.calls())
    answer = story.command("noor", channel="general")
    assert answer["status"] == 200
    assert [call["method"] for call in story.calls()[before:]] == ["views.open"]
    assert story.form("noor").inputs[:3] == ["account", "summary", "level"]
    required = [
        block for block in story.form("noor").raw["blocks"] if block["type"] == "input" and not block["optional"]
    ]
    assert [block["block_id"] for block in required] == ["account", "summary", "level"]


def test_what_is_typed_behind_the_command_fills_the_form_in(story: Story) -> None:
    story.command("noor", "acme export is down")
    form = story.form("noor")
    assert form.question("account")["element"]["initial_option"]["text"]["text"] == "Acme"
    assert form.question("summary")["element"]["initial_value"] == "export is down"


def test_an_unknown_customer_leaves_everything_typed_as_the_summary(story: Story) -> None:
    story.command("noor", "wayne enterprises cannot log in")
    form = story.form("noor")
    assert "initial_option" not in form.question("account")["element"]
    assert form.question("summary")["element"]["initial_value"] == "wayne enterprises cannot log in"


def test_a_message_becomes_the_description_and_stays_linked(story: Story) -> None:
    ts = story.control.post("message", user=USERS["noor"], channel="general", text="Acme says <@U01ANA> exports fail")[
        "ts"
    ]
    story.shortcut("noor", "declare_from_message", channel="general", ts=ts)
    assert "exports fail" in story.form("noor").question("description")["element"]["initial_value"]
    story.submit("noor", account="Acme", summary="Exports fail", level="sev3")
    facts = story.facts(1)
    assert facts.permalink is not None
    assert facts.permalink.endswith(f"/archives/C01GENERAL/p{ts.replace('.', '')}")
    assert "where it was reported" in story.card(1).all_text
    titles = {bookmark["title"] for bookmark in story.channel(1)["bookmarks"]}
    assert titles == {"Customer record", "Where it was reported"}


def test_the_global_shortcut_opens_the_empty_form(story: Story) -> None:
    story.shortcut("noor", "declare")
    assert story.form("noor").title == "Declare an escalation"


def test_choosing_explains_the_level_the_people_and_the_times(story: Story) -> None:
    story.command("noor", "initech reports are slow")
    story.choose("noor", ids.LEVEL, "sev3")
    said = story.form("noor").all_text
    assert "Initech's health is 54, so this becomes Sev 2. <@U01DANA> acknowledges by" in said
    story.press_in_form("noor", ids.MORE_OPTIONS)
    said = story.form("noor").all_text
    assert "Sev 3 chosen → Sev 2, because health 54 is below 60." in said
    assert "<@U01ANA> (customer owner, CSM of Initech), " in said
    assert "<@U01MARIA> (manager of the customer owner)" in said
    assert "<@U01NOOR> (you, the reporter)" in said
    assert said.count("Joins: ") == 1
    assert "Customer update due" in said
    # What was typed is still there.
    assert story.form("noor").raw["state"]["values"]["summary"]["summary"]["value"] == "reports are slow"


def test_a_key_alone_shows_the_status_and_a_name_too_long_says_so(story: Story) -> None:
    number = story.declare("noor")
    answers = [story.command("ana", words)["ack"] for words in (f"ESC-{number}", f"status esc-{number}")]
    assert not story.has_form("ana")
    assert "Acme" in str(answers[0])
    assert answers[0] == answers[1]
    story.command("ana")
    offered = story.control.post("options", user=USERS["ana"], block_id="account", query="x" * 141)["options"]
    assert offered[-1]["description"]["text"] == "A new name has at most 140 characters"
    assert AccountChoice.read(offered[-1]["value"], "") is None


def test_accounts_are_offered_with_what_matters_about_them(story: Story) -> None:
    story.declare(account="Acme", level="sev3")
    story.command("dana")
    options = story.control.post("options", user=USERS["dana"], block_id="account", query="acm")["options"]
    assert options[0]["text"]["text"] == "Acme"
    assert options[0]["description"]["text"] == "standard · health 82 · CSM Ana Ruiz · 1 open"
    assert options[-1]["value"] == "new:acm"


def test_the_form_closes_and_a_line_answers_where_the_command_was_typed(story: Story) -> None:
    story.command("noor")
    answer = story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    assert answer["result"] == "closed"
    assert not story.has_form("noor")
    (line,) = [message for message in story.messages("general", "noor") if "is declared" in message.text]
    assert line.text.startswith(f"ESC-1 for Acme is declared: <#{story.facts(1).channel_id}>. <@U01DANA> acknowledges")
    assert not any("declared" in message.text for message in story.direct("noor"))


@pytest.mark.parametrize("policy", WITH_ISSUES)
def test_at_every_level_of_every_policy_the_declarer_is_answered(sqlite_url: str, folder: Path, policy: str) -> None:
    with told(sqlite_url, folder, policy=policy) as story:
        for place, level in enumerate(preset(policy).levels, start=1):
            story.command("noor")
            story.submit("noor", account="Acme", summary="Exports are down", level=level.code)
            assert f"ESC-{place} for Acme is declared: " in story.messages("general", "noor")[-1].text


def test_a_form_sent_twice_declares_once(story: Story) -> None:
    story.control.post("faults", kind="duplicate", times=1)
    story.command("noor")
    story.control.post("faults", kind="duplicate", times=1)
    story.submit("noor", account="Acme", summary="Exports are down", level="sev2")
    assert [facts.number for facts, _ in story.program.services.escalations.live(viewer="U01ANA").shown] == [1]
    assert len([channel for channel in story.state()["channels"] if str(channel.get("name")).startswith("esc-")]) == 1


def test_everything_takes_eleven_calls_at_most(story: Story) -> None:
    story.declare(account="Globex")  # The first of all makes the feed.
    story.command("noor")
    before = len(story.calls())
    story.submit("noor", account="Acme", summary="Exports are down", level="sev2")
    methods = [call["method"] for call in story.calls()[before:]]
    assert len(methods) <= 10, methods
    assert set(methods) == {
        "conversations.create",
        "conversations.invite",
        "chat.postMessage",
        # The card again, once the checklist counts who is in the channel.
        "chat.update",
        "conversations.setTopic",
        "pins.add",
        "bookmarks.add",
    }


def test_a_name_that_is_not_in_the_directory_is_added(story: Story) -> None:
    story.command("noor")
    story.submit("noor", account="Société Générale", summary="Sign-in fails", level="sev2")
    assert story.channel(1)["name"] == "esc-societe-generale-2026-03-06"
    story.command("dana", "societe generale again")
    assert story.form("dana").question("account")["element"]["initial_option"]["text"]["text"] == "Société Générale"


def test_channels_never_collide_and_strangers_are_left_alone(story: Story) -> None:
    story.control.post("message", user=USERS["ana"], channel="general", text="making a channel by hand")
    first = story.declare(account="Acme", level="sev3", summary="Exports are down")
    second = story.declare(account="Acme", level="sev3", summary="Exports are down")
    third = story.declare(account="Acme", level="sev3", summary="Exports are down")
    assert [story.channel(number)["name"] for number in (first, second, third)] == [
        "esc-acme-2026-03-06",
        "esc-acme-2026-03-06-exports-are-down",
        "esc-acme-2026-03-06-2",
    ]
    assert len({story.facts(number).channel_id for number in (first, second, third)}) == 3


def test_somebody_who_cannot_be_invited_does_not_stop_the_others(story: Story) -> None:
    number = story.declare(account="Umbrella", level="sev2")
    facts = story.facts(number)
    failed = [invitee for invitee in facts.invitees if invitee.state is InviteState.FAILED]
    assert [invitee.person for invitee in failed] == ["kim@example.com"]
    assert story.members(number) == {"ana", "dana", "maria", "noor"}
    assert "Not in this channel: kim@example.com: no one in Slack has this" in story.card(number).all_text
    # The account's CSM cannot be reached: the next whom the policy names for the role holds it.
    assert facts.holder("relationship_owner") == USERS["ana"]
    assert any("kim@example.com can't be reached" in words for words in story.said(number))


BROKEN_CHAIN = """
fallback: {fix_owner: dana@example.com}
areas:
  - key: exports
    name: Exports
    owner: nobody@example.com
    rota: {people: [U01KIM], starts_at: "2026-01-05T09:00", every: 1w}
"""


def test_a_link_that_has_broken_ends_no_chain_of_owners(database_url: str, folder: Path) -> None:
    with told(database_url, folder, directory=BROKEN_CHAIN) as story:
        number = story.declare("noor", account="Acme", level="sev1")
        story.forward(minutes=1)
        assert story.facts(number).holders["fix_owner"] == Holder("fix_owner", USERS["dana"], "default")
        assert "dana" in story.members(number)
        assert len(story.pages("dana")) == 1
        absent = "Not in this channel: nobody@example.com: no one in Slack has this e-mail"
        assert absent in story.card(number).all_text
        nobody = "nobody@example.com can't be reached (no one in Slack has this e-mail). Fix owner is now"
        assert [words for words in story.said(number) if "can't be reached" in words] == [
            f":bust_in_silhouette: {nobody} <@U01DANA>, default.",
        ]
        # Kim has left, as Slack said before: nothing names her, and nobody waits for her.
        assert not any("U01KIM" in words for words in (*story.said(number), story.card(number).all_text))


def test_the_fix_owner_is_the_person_on_call_for_the_area(story: Story) -> None:
    on_call_in_odd_weeks = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert story.facts(on_call_in_odd_weeks).holders["fix_owner"].how == "on call for Exports and reports"
    assert story.facts(on_call_in_odd_weeks).holder("fix_owner") == "U01DANA"
    next_week = story.declare(account="Acme", level="sev3", at="Fri 2026-03-13 10:00")
    assert story.facts(next_week).holder("fix_owner") == "U01ELI"


def test_an_escalation_without_anybody_named_still_has_owners(story: Story) -> None:
    number = story.declare("noor", account="Globex", level="sev4")
    facts = story.facts(number)
    assert facts.holders["fix_owner"].how == "default"
    assert facts.holders["manager"].how == "manager of the customer owner"


def test_slack_refusing_the_channel_is_said_where_the_command_was_typed_and_can_be_retried(story: Story) -> None:
    story.control.post("faults", kind="error", method="conversations.create", error="restricted_action")
    story.command("noor")
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    assert not story.has_form("noor")
    (said,) = [message for message in story.messages("general", "noor") if "ESC-1" in message.text]
    assert said.text.startswith("*Slack didn't create the channel (restricted_action")
    assert "ESC-1 is declared, and its clocks run" in said.text
    assert len(story.pages("dana")) == 1
    story.press("noor", ids.RETRY, on=said)
    again = [message.text for message in story.messages("general", "noor") if "ESC-1" in message.text]
    assert again[0] == "Trying ESC-1 again. You're told here how it goes."
    assert "Slack didn't create the channel" in again[1], "it was refused again, and that is said again"
    story.control.delete("faults")
    story.press("noor", ids.RETRY, on=story.messages("general", "noor")[-1])
    assert story.channel(1)["name"] == "esc-acme-2026-03-06"
    assert story.messages("general", "noor")[-1].text.startswith("ESC-1 for Acme is declared: <#")


def test_slack_refusing_the_card_is_reported_and_can_be_retried(story: Story) -> None:
    story.declare(account="Globex", level="sev4")
    story.command("noor")
    story.control.post("faults", kind="error", method="chat.postMessage", error="restricted_action", times=1)
    story.submit("noor", account="Acme", summary="Exports are down", level="sev3")
    said = next(message for message in story.messages("general", "noor") if "Slack didn't" in message.text)
    assert "Slack didn't post the card (restricted_action)" in said.text
    story.press("noor", ids.RETRY, on=said)
    shown = [message.text for message in story.messages("general", "noor")]
    assert f"Trying ESC-2 again. You see it in <#{story.facts(2).channel_id}>." in shown
    assert "Exports are down" in story.card(2).all_text


def test_the_feed_gets_one_line_at_opening_change_of_level_and_closing(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", summary="Exports are down.")
    story.menu("maria", "level", number, level="sev2", reason="They are in a launch.")
    story.menu("maria", "withdraw", number, why="mistake", reason="A drill.")
    lines = [message.text for message in story.messages("escalations", "dana") if message.raw.get("bot_id")]
    assert len(lines) == 3
    assert lines[0].startswith("ESC-1 :large_yellow_circle: *Sev 3 · Acme*: Exports are down. Declared by <@U01NOOR>")
    assert "Sev 3 → Sev 2, by <@U01MARIA>" in lines[1]
    assert "withdrawn by <@U01MARIA>" in lines[2]


def test_a_name_that_two_customers_share_is_asked_about_and_both_are_offered(sqlite_story: Story) -> None:
    story = sqlite_story
    accounts = b'name,tier\n"Beta, Inc.",strategic\nBeta LLC,standard\n'
    story.program.services.account_import.load(accounts, "accounts.csv")
    story.settle()
    story.command("noor", "beta is down")
    form = story.form("noor")
    assert "Which account?" in form.all_text
    assert "Beta, Inc. · strategic" in form.all_text
    assert "Beta LLC · standard" in form.all_text
    assert form.question("summary")["element"]["initial_value"] == "beta is down"
    beta = next(block for block in form.raw["blocks"] if "Beta, Inc." in str(block.get("text")))
    story.control.post(
        "press",
        user=USERS["noor"],
        surface="modal",
        action_id=ids.USE_ACCOUNT,
        block_id=beta["block_id"],
        value=beta["accessory"]["value"],
    )
    story.settle()
    assert "Which account?" not in story.form("noor").all_text
    answer = story.submit("noor", summary="It is down", level="sev3")
    assert answer["result"] == "closed", answer
    assert story.facts(1).account.name == "Beta, Inc."
    story.command("noor", "status beta")
    assert "Did you mean *Beta LLC* or *Beta, Inc.*?" in story.messages("general", "noor")[-1].text


def test_what_slack_escapes_in_a_command_is_read_as_it_was_typed(story: Story) -> None:
    story.program.services.account_import.load(b"name\nAT&T\n", "accounts.csv")
    story.settle()
    story.command("ana", "AT&T is down")
    form = story.control.get("views", user=USERS["ana"])["views"][-1]
    assert "AT&T" in str(form["blocks"])
    assert "amp;" not in str(form["blocks"])
    story.control.post("close", user=USERS["ana"])
    assert "amp;amp;" not in str(story.command("ana", "status AT&T")["ack"])
