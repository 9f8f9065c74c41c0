"""The declare form: three questions, their outcome in a line, and the rest behind "More options"."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import FormError
from bot.handlers.declaring import declaration_of
from bot.policy.record.escalation import FIX_OWNER
from bot.views.declaring.declaration_draft import DeclarationDraft
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story


def shown(story: Story, who: str) -> list[str]:
    """Return the block ids of the form, in order."""
    return [block["block_id"] for block in story.form(who).raw["blocks"]]


def outcome(story: Story, who: str) -> str:
    """Return the block right below the severity."""
    blocks = story.form(who).raw["blocks"]
    place = next(number for number, block in enumerate(blocks) if block["block_id"].startswith("level"))
    return str(blocks[place + 1].get("text", {}).get("text", ""))


def typed(story: Story, who: str, block_id: str, action_id: str) -> Any:
    return story.form(who).raw["state"]["values"][block_id][action_id]


def test_the_form_asks_three_questions_and_all_three_are_required(story: Story) -> None:
    story.command("noor")
    form = story.form("noor")
    assert form.inputs == ["account", "summary", "level"]
    labels = [form.question(block)["label"]["text"] for block in form.inputs]
    assert labels == ["Account", "What's happening", "Severity"]
    assert not any(form.question(block)["optional"] for block in form.inputs)
    assert "More options" in form.all_text


def test_one_bold_line_under_the_severity_says_what_the_answers_lead_to(story: Story) -> None:
    story.command("noor", "globex exports are down")
    story.choose("noor", ids.LEVEL, "sev2")
    said = outcome(story, "noor")
    assert said.startswith("*Globex is strategic, so this becomes Sev 1. <@U01DANA> acknowledges by <!date^")
    assert said.endswith(" (no product area).*")
    # It is this morning, so the time is enough.
    assert "^{time}|" in said
    story.choose("noor", ids.ACCOUNT, "Acme")
    assert outcome(story, "noor").startswith("*Sev 2. <@U01DANA> acknowledges by ")
    assert outcome(story, "noor").endswith(" (on call for Exports and reports).*")
    story.choose("noor", ids.ACCOUNT, "Initech")
    assert outcome(story, "noor").startswith("*Initech's health is 54, so this becomes Sev 1. ")


def test_a_category_that_the_policy_ties_to_an_area_goes_to_its_people_and_the_reporter_may_choose_another(
    story: Story, folder: Path
) -> None:
    directory = yaml.safe_load((folder / "directory.yml").read_text())
    directory["areas"].append({"key": "billing", "name": "Billing", "owner": "eli@example.com"})
    (folder / "directory.yml").write_text(yaml.safe_dump(directory))
    tied = "categories: {financial: {area: billing}, media: {area: not_there}}"
    (folder / "tied.yml").write_text(f"extends: sev\nname: sev\nversion: tied\n{tied}\n")
    story.restart(policy=str(folder / "tied.yml"))
    story.command("noor", "acme charged twice")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "media")
    assert outcome(story, "noor").endswith(" (on call for Exports and reports).*"), "the directory has no such area"
    story.choose("noor", ids.CATEGORY, "financial")
    assert "<@U01ELI> acknowledges by " in outcome(story, "noor")
    assert outcome(story, "noor").endswith(" (accountable for Billing).*")
    assert story.submit("noor", account="Acme", summary="Charged twice")["result"] == "closed"
    assert (story.facts(1).area, story.facts(1).holder(FIX_OWNER)) == ("billing", USERS["eli"])
    number = story.declare(account="Globex", category="financial", level="sev2", area="exports")
    assert (story.facts(number).area, story.facts(number).holder(FIX_OWNER)) == ("exports", USERS["dana"])


def test_nothing_is_explained_twice_and_no_list_of_categories_is_shown(story: Story) -> None:
    story.command("noor", "acme exports are down")
    story.choose("noor", ids.LEVEL, "sev2")
    form = story.form("noor")
    assert "Matters that start at" not in form.all_text
    assert "rule " not in form.all_text
    assert [block["type"] for block in form.raw["blocks"]] == [
        "input",
        "input",
        "input",
        "section",
        "section",
        "actions",
    ]


def test_more_options_shows_the_rest_and_keeps_what_was_typed(story: Story) -> None:
    story.command("noor", "acme exports are down")
    story.choose("noor", ids.LEVEL, "sev3")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    form = story.form("noor")
    asked = ["account", "summary", "level", "category", "confidential", "description", "area"]
    assert form.inputs == [*asked, "reported_at", "detected_at"]
    assert "More options" not in form.all_text
    assert "Private" in form.all_text
    assert "Only people invited to the channel can see it" in form.all_text
    assert "<@U01NOOR> (you, the reporter)" in form.all_text
    assert typed(story, "noor", "summary", "summary")["value"] == "exports are down"
    assert typed(story, "noor", "level", ids.LEVEL)["selected_option"]["value"] == "sev3"
    story.choose("noor", ids.LEVEL, "sev2")
    assert "description" in story.form("noor").inputs, "the rest stays when an answer changes"
    story.submit("noor", description="Since 9:00", area="exports", confidential=["confidential"])
    facts = story.facts(1)
    assert (facts.level, facts.description, facts.area, facts.is_private) == ("sev2", "Since 9:00", "exports", True)


def test_a_suggested_category_stands_below_the_severity(story: Story) -> None:
    story.command("noor", "acme charged twice, double charge on the invoice")
    before = shown(story, "noor").index("level")
    story.choose("noor", ids.LEVEL, "sev2")
    blocks = shown(story, "noor")
    assert blocks.index("level") == before
    assert blocks.index("suggestion") > blocks.index("level")
    story.press_in_form("noor", ids.USE_CATEGORY)
    assert "suggestion" not in shown(story, "noor")
    assert "We'll ask" in story.form("noor").all_text
    story.submit("noor")
    assert story.facts(1).category == "financial"


def test_everything_that_is_missing_is_named_in_one_answer(story: Story) -> None:
    story.command("noor")
    answer = story.submit("noor", account="Acme", summary="  ", level="sev3")
    assert answer["errors"] == {"summary": "Enter what's happening."}
    with pytest.raises(FormError) as wrong:
        declaration_of(DeclarationDraft(summary=" "))
    assert wrong.value.at == {
        "account": "Choose an account, or type a new name (140 characters at most).",
        "summary": "Enter what's happening.",
        "level": "Choose a severity.",
    }


def test_joining_an_open_escalation_keeps_what_was_typed_and_posts_it_there(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", summary="Exports are down")
    story.command("eli", "acme csv is broken")
    assert "Acme already has an open escalation. Same issue? Join it." in story.form("eli").all_text
    story.press_in_form("eli", ids.MORE_OPTIONS)
    story.fill("eli", description="Since 9:00 for all of their <users>")
    story.choose("eli", ids.JOIN, str(number))
    assert "eli" in story.members(number)
    assert "Your report is posted there" in story.form("eli").all_text
    said = story.find(number, "joined with a report").text
    assert said == (
        ":busts_in_silhouette: <@U01ELI> joined with a report:\n"
        ">csv is broken\n>Since 9:00 for all of their &lt;users&gt;"
    )
    assert story.program.services.escalations.live(viewer="U01ANA").total == 1


def test_joining_without_having_typed_anything_posts_nothing(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    before = len(story.said(number))
    story.command("eli", "acme")
    story.choose("eli", ids.JOIN, str(number))
    assert len(story.said(number)) == before
    assert "eli" in story.members(number)


def test_what_was_typed_as_private_is_not_posted_where_everybody_reads(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.command("eli", "acme their data leaked")
    story.press_in_form("eli", ids.MORE_OPTIONS)
    story.fill("eli", confidential=["confidential"])
    story.choose("eli", ids.JOIN, str(number))
    assert "Your report is private, but ESC-1 isn't." in story.form("eli").all_text
    assert "eli" not in story.members(number)
    assert not any("leaked" in words for words in story.said(number))


def test_a_line_that_leads_to_the_channel_stands_where_the_command_was_typed(story: Story) -> None:
    story.command("noor", "acme exports are down")
    story.submit("noor", level="sev1")
    channel = story.facts(1).channel_id
    line = story.messages("general", "noor")[-1]
    assert line.text.startswith(f"ESC-1 for Acme is declared: <#{channel}>. <@U01DANA> acknowledges by <!date^")
    (opens,) = [block["accessory"] for block in line.raw["blocks"] if "accessory" in block]
    assert opens["text"]["text"] == "Open channel"
    assert opens["url"] == f"https://sample-corp.slack.com/archives/{channel}"
    assert "ESC-1" not in str([message.text for message in story.messages("general", "dana")])
    assert not any("declared" in message.text for message in story.direct("noor"))


def test_a_reply_that_was_escalated_is_answered_in_its_thread(story: Story) -> None:
    head = story.control.post("message", user=USERS["noor"], channel="general", text="Acme")["ts"]
    said = "Exports are down."
    reply = story.control.post("message", user=USERS["noor"], channel="general", text=said, thread_ts=head)["ts"]
    story.shortcut("noor", "declare_from_message", channel="general", ts=reply)
    story.submit("noor", account="Acme", level="sev3")
    seen = story.control.get("messages", channel="general", user=USERS["noor"], thread_ts=head)["messages"]
    assert [message["text"].split(".")[0] for message in seen if "is declared" in message["text"]] == [
        f"ESC-1 for Acme is declared: <#{story.facts(1).channel_id}>"
    ]


def test_what_is_declared_on_home_stands_there_at_once_and_is_said_nowhere_else(story: Story) -> None:
    story.home("noor")
    story.control.post("press", user=USERS["noor"], surface="home", action_id=ids.PRESS_DECLARE)
    story.settle()
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    assert "ESC-1" in str(story.control.get("home", user=USERS["noor"]))
    assert not any("is declared" in message.text for message in story.direct("noor"))


def test_who_asked_with_no_channel_around_is_told_directly(story: Story) -> None:
    story.shortcut("noor", "declare")
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    (line,) = [message for message in story.direct("noor") if "is declared" in message.text]
    assert line.text.startswith(f"ESC-1 for Acme is declared: <#{story.facts(1).channel_id}>.")


@pytest.mark.parametrize("on_home", [True, False])
def test_who_waits_for_a_channel_is_told_that_it_follows(sqlite_story: Story, *, on_home: bool) -> None:
    story = sqlite_story
    if on_home:
        story.home("noor")
        story.control.post("press", user=USERS["noor"], surface="home", action_id=ids.PRESS_DECLARE)
        story.settle()
    else:
        story.command("noor")
    story.control.post("faults", kind="ratelimited", method="conversations.create", retry_after=300, times=1)
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")

    def place() -> list[Seen]:
        return story.direct("noor") if on_home else story.messages("general", "noor")

    story.forward(seconds=6)
    late = "ESC-1 for Acme is declared, and Slack is still making its channel."
    assert sum(late in message.text for message in place()) == 1
    story.forward(minutes=6)
    said = [message.text for message in place() if "is declared" in message.text]
    assert len(said) == (1 if on_home else 2)
    assert on_home or f"is declared: <#{story.facts(1).channel_id}>." in said[-1]


def test_the_line_names_no_customer_of_a_confidential_escalation(story: Story) -> None:
    story.command("noor", "acme their data leaked")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.submit("noor", level="sev1", confidential=["confidential"])
    assert story.messages("general", "noor")[-1].text.startswith("ESC-1 is declared: ")


@pytest.mark.parametrize("is_member", [True, False])
def test_the_line_finds_another_way_if_slack_takes_no_answer_any_more(sqlite_story: Story, *, is_member: bool) -> None:
    story = sqlite_story
    if is_member:
        bot = next(app["user_id"] for app in story.state()["apps"])
        story.control.post("invite", user=USERS["noor"], channel="C01GENERAL", users=[bot])
    story.command("noor", "acme exports are down")
    story.skip(minutes=31)
    story.submit("noor", level="sev1")
    place = story.messages("general", "noor") if is_member else story.direct("noor")
    assert place[-1].text.startswith("ESC-1 for Acme is declared")
