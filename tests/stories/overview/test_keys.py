"""Every verb about an escalation takes every key that `status` takes; of several it offers a choice."""

from bot.views.kit import ids
from tests.support.every_press import press
from tests.support.story import Story


def _said(story: Story, who: str, words: str) -> str:
    return str(story.command(who, words)["ack"])


def _title(story: Story, who: str) -> str:
    """Return the title of the form that somebody sees, and close it."""
    title = story.form(who).title
    story.close_form(who)
    return title


def test_each_verb_takes_a_ticket_a_channel_and_a_major_incident(story: Story) -> None:
    first = story.declare("noor", account="Acme", level="sev2", category="service_outage", summary="No sign-in")
    second = story.declare("noor", account="Globex", level="sev2", category="service_outage", summary="Sign-in is slow")
    story.more("noor", "ticket", first)
    story.submit("noor", number="TCK-482")
    facts = story.facts(first)
    name, channel = facts.channel_name, facts.channel_id
    for key in ("TCK-482", "tck-482", f"#{name}", f"#{channel}"):
        for verb, title in (("timeline", "Timeline"), ("now", "Escalate now"), ("audit", "Audit"), ("owner", "owner")):
            story.command("noor", f"{verb} {key}")
            assert title in _title(story, "noor"), (verb, key)
        assert "No sign-in" in _said(story, "omar", f"status {key}"), key
        assert "No sign-in" in _said(story, "omar", f"find {key}"), key
        assert "Acme" in _said(story, "omar", f"account {key}"), key
    for verb in ("status", "timeline", "close", "account"):
        assert "No escalation or account matches “TCK-9”." in _said(story, "omar", f"{verb} TCK-9"), verb

    story.menu("noor", "incident", first, title="Sign-in is down", escalations=[str(first), str(second)])
    assert "There is no INC-7." in _said(story, "eli", "close INC-7")
    found = _said(story, "omar", "find INC-1")
    assert "No sign-in" in found
    assert "Sign-in is slow" in found

    asked = _said(story, "noor", "timeline INC-1")
    assert "INC-1 has 2 escalations. Which one?" in asked
    assert "ESC-2 · Globex: Sign-in is slow" in asked
    assert "End INC-1" not in asked
    press(story, "noor", ids.PRESS_COMMAND)
    story.settle()
    assert "Timeline" in _title(story, "noor")
    assert "End INC-1…" in _said(story, "noor", "close INC-1")


def test_a_name_means_the_one_that_allows_the_step_else_it_offers_a_choice(story: Story) -> None:
    for summary in ("Exports are slow", "No sign-in"):
        story.declare(account="Acme", level="sev3", summary=summary)
    assert "Acme has 2 escalations. Which one?" in _said(story, "dana", "ack acme")
    assert "You acknowledged ESC-1" in _said(story, "dana", "ack ESC-1")
    assert "You acknowledged ESC-2" in _said(story, "dana", "ack acme"), "the other one is acknowledged"
    assert "No escalations for Globex." in _said(story, "dana", "close globex")


def test_a_key_of_what_is_confidential_leads_nowhere(story: Story) -> None:
    number = story.declare("noor", account="Globex", level="sev3", summary="Leaked keys", confidential=["confidential"])
    story.more("noor", "ticket", number)
    story.submit("noor", number="TCK-7")
    for verb in ("status", "timeline", "update", "find"):
        said = _said(story, "omar", f"{verb} TCK-7")
        assert "Leaked" not in said
        assert "Globex" not in said
