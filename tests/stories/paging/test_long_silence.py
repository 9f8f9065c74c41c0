"""Nobody answers for days: each round adds pages, but what a change reads stays the same."""

from sqlalchemy import func, select

from bot.models.pages import Page
from bot.policy.record.escalation import FIX_OWNER, PAGE_PASSED_ON
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story


def test_rounds_that_are_over_are_not_read_and_nothing_of_them_is_lost(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    database = story.program.services.database
    counts = []
    for hours in (9, 7):
        story.forward(hours=hours)
        with database.transaction() as tx:
            rows = tx.session.scalars(select(Page).where(Page.escalation_id == number).order_by(Page.id)).all()
            written = [row.facts() for row in rows]
        read = story.facts(number).pages
        assert {(page.alarm, page.round) for page in read} == {
            (page.alarm, page.round) for page in written if page.round >= written[-1].round - 1
        }
        assert set(read) <= set(written)
        counts.append((len(read), len(written)))
    assert max(read for read, _ in counts) <= 9
    assert counts[-1][1] > 20

    # The form shows all of them, the first one by its link or button too.
    story.more("ana", "pages", number)
    shown = story.form("ana").all_text
    assert shown.count("• ") == 20
    assert f"{counts[-1][1] - 20} older" in shown
    with database.transaction() as tx:
        first = tx.session.scalars(select(func.min(Page.id)).where(Page.escalation_id == number)).one()
    assert first not in {page.id for page in story.facts(number).pages}
    facts = story.program.services.deliveries.with_page(number, first)
    assert facts is not None
    assert (facts.pages[0].id, facts.pages[0].role) == (first, FIX_OWNER)
    assert {page.round for page in facts.pages} == {0, *(page.round for page in story.facts(number).pages)}
    assert story.program.services.deliveries.with_page(number + 1, first) is None

    # Whatever rang is over with one answer, and no message keeps a button.
    story.press("ana", ids.PRESS_ACKNOWLEDGE_PAGE, on=buttons(story, "ana")[0])
    story.settle()
    for who in ("dana", "ana", "maria", "omar"):
        assert not buttons(story, who)


def buttons(story: Story, who: str) -> list[Seen]:
    return [one for one in story.direct(who) if ids.PRESS_ACKNOWLEDGE_PAGE in one.buttons]


def test_a_page_that_never_arrived_ends_when_a_later_round_pages_its_person_again(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(hours=2)
    # As if Slack had refused it ever since.
    with story.program.services.database.transaction() as tx:
        mine = select(Page).where(Page.escalation_id == number, Page.person == USERS["maria"])
        page = tx.session.scalars(mine.order_by(Page.id).limit(1)).one()
        page.sends, page.sent_at, page.ended_at, page.ended_why, owed = 0, None, None, None, page.id
    story.forward(hours=1)
    assert owed in {page.id for page in story.facts(number).pages if not page.ended}
    story.forward(hours=4)
    later = [page for page in story.facts(number).pages if page.person == USERS["maria"] and page.id > owed]
    assert any(page.sends for page in later)
    with story.program.services.database.transaction() as tx:
        page = tx.session.get_one(Page, owed)
        assert (page.ended_why, page.sends) == (PAGE_PASSED_ON, 0)
