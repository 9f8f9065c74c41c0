"""Choosing a category preselects its level; a lighter choice takes a reason."""

from bot.views.kit import ids
from tests.support.story import Story


def severity(story: Story) -> str | None:
    """Return the level that the form shows as chosen."""
    blocks = story.form("noor").raw["blocks"]
    radio = next(block["element"] for block in blocks if block.get("element", {}).get("action_id") == ids.LEVEL)
    chosen = radio.get("initial_option")
    return chosen["value"] if chosen else None


def begin(story: Story) -> None:
    story.command("noor", "acme charged twice")
    story.press_in_form("noor", ids.MORE_OPTIONS)


def reason_asked(story: Story) -> str | None:
    form = story.form("noor")
    return form.question("level-reason")["label"]["text"] if "level-reason" in form.inputs else None


def test_choosing_a_category_preselects_its_level_and_another_category_another(story: Story) -> None:
    begin(story)
    story.choose("noor", ids.CATEGORY, "financial")
    assert severity(story) == "sev2"
    story.choose("noor", ids.CATEGORY, "partnership")
    assert severity(story) == "sev4"
    assert reason_asked(story) is None
    story.submit("noor")
    facts = story.facts(1)
    assert (facts.level, facts.category) == ("sev4", "partnership")


def test_a_level_that_was_chosen_stays_and_a_lighter_one_takes_a_reason_that_is_kept(story: Story) -> None:
    begin(story)
    story.choose("noor", ids.LEVEL, "sev3")
    story.choose("noor", ids.CATEGORY, "financial")
    assert severity(story) == "sev3"
    assert reason_asked(story) == "Financial Issues start at Sev 2. Why Sev 3?"
    answer = story.submit("noor", **{"level-reason": "   "})
    assert answer["errors"] == {"level-reason": "Enter a reason."}
    story.submit("noor", **{"level-reason": "They owe us, and can wait."})
    assert story.facts(1).level == "sev3"
    timeline = story.program.services.timelines.page(1, viewer="U01MARIA")[2]
    assert "They owe us, and can wait." in str(timeline)


def test_a_lighter_choice_than_was_preselected_takes_a_reason_and_the_same_level_again_none(story: Story) -> None:
    begin(story)
    story.choose("noor", ids.CATEGORY, "financial")
    story.choose("noor", ids.LEVEL, "sev4")
    assert (severity(story), reason_asked(story)) == ("sev4", "Financial Issues start at Sev 2. Why Sev 4?")
    story.choose("noor", ids.LEVEL, "sev1")
    assert (severity(story), reason_asked(story)) == ("sev1", None)


def test_where_the_category_raises_the_level_anyway_no_reason_is_asked(story: Story) -> None:
    begin(story)
    story.choose("noor", ids.LEVEL, "sev3")
    story.choose("noor", ids.CATEGORY, "security_privacy")
    assert reason_asked(story) is None
    story.submit("noor")
    assert story.facts(1).level == "sev1"


def test_where_the_account_raises_the_level_anyway_no_reason_is_asked(story: Story) -> None:
    story.command("noor", "globex sign-in is down")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.LEVEL, "sev2")
    story.choose("noor", ids.CATEGORY, "service_outage")
    assert "so this becomes Sev 1" in story.form("noor").all_text
    assert reason_asked(story) is None
    story.submit("noor")
    assert story.facts(1).level == "sev1"
