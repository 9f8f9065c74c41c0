"""The document of a review, as it is published, of three levels: with everything, with little, and unwritten.

`WRITE_GOLDEN=1` writes the files anew; they are read before they are committed.
"""

import os
from pathlib import Path

import pytest

from bot.policy.record.reviews import EACH_END
from bot.views.kit import ids
from bot.views.reviews import document, markdown
from tests.stories.reviews.writing import ASKED_FOR, WHYS, mitigated, write
from tests.support.story import USERS, Story
from tests.support.story import story as told

GOLDEN = Path(__file__).parent / "golden"


def drawn(story: Story, number: int) -> str:
    draft = story.program.services.publications.current(number).draft
    return document.draw(draft.facts, draft.policy, draft.written, draft.record)


def compared(name: str, found: str) -> None:
    file = GOLDEN / f"{name}.md"
    if os.environ.get("WRITE_GOLDEN"):
        file.write_text(found, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == found


def test_a_sev_1_with_a_missed_update_another_level_and_a_sign_off(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00", summary="Exports fail")
    story.forward(minutes=20)
    story.menu("maria", "level", number, level="sev1", reason="All customers of theirs are affected.")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=100)
    story.act("dana", ids.PRESS_MITIGATE, number, note="Restarted the export workers.")
    story.forward(minutes=30)
    story.menu("maria", "waive", number, reason="They are away.")
    story.act(
        "dana",
        ids.PRESS_RESOLVE,
        number,
        fixed="The queue has a limit.",
        cause="No limit",
        **ASKED_FOR,
        review_url="https://wiki.example/1",
    )
    write(
        story,
        "dana",
        number,
        whys=WHYS,
        contributing="detection",
        went_well="The rollback took two minutes.",
        went_wrong="No alert fired.\n# It isn't a heading",
        lucky="It was noon. [It isn't a link](https://evil.example) <@U01ANA>",
        customer_debrief_on="2026-03-06",
        customer_debrief_who="Jo (Acme), Ana",
        team_debrief_on="2026-03-06",
        team_debrief_who="Dana, Eli, Maria",
        ready=["ready"],
    )
    story.program.services.reviews.sign_off(number, by=USERS["maria"])
    story.settle()
    compared("sev1", drawn(story, number))


def test_a_sev_2_in_time(story: Story) -> None:
    number = mitigated(story, "sev2")
    write(story, "dana", number, whys=WHYS, ready=["ready"])
    compared("sev2", drawn(story, number))


def test_a_p3_whose_review_is_optional_and_hardly_begun(sqlite_url: str, folder: Path) -> None:
    with told(sqlite_url, folder, policy="p-levels") as story:
        number = mitigated(story, "p3")
        story.act("ana", ids.PRESS_UPDATE, number, known="Workers run.", customer_text="Exports work again.")
        write(story, "dana", number, went_well="The account team called at once.")
        compared("p3", drawn(story, number))


@pytest.mark.parametrize("text", ["# h", "- x", "![](@U01ANA)", "<!channel>", "a | b", "`x`", "---", "1. x"])
def test_what_people_type_is_never_markup(text: str) -> None:
    found = markdown.escape(text)
    assert found.replace("\\", "") == text.replace("<!channel>", "@channel")


def test_a_long_timeline_is_bounded(story: Story) -> None:
    number = mitigated(story)
    for _ in range(EACH_END + 5):
        story.menu("maria", "level", number, level="sev2", reason="Less.")
        story.menu("maria", "level", number, level="sev1", reason="More.")
    write(story, "dana", number, whys=WHYS)
    found = drawn(story, number)
    assert "more are in the export._" in found
    assert len(found) < 20_000
