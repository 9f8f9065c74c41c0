"""More is open than a screen holds: everything can still be walked through, and found."""

import json
from typing import TYPE_CHECKING

from sqlalchemy import update

from bot.models.work import Effect, EffectState
from bot.services.declaring.declaration import Declaration
from bot.services.incidents.incidents import NewIncident
from bot.views.kit import ids
from tests.support.story import USERS, Story

if TYPE_CHECKING:
    from tests.support.person import Json


def open_many(story: Story, number: int, *, confidential: bool = False, of: str | None = None) -> list[int]:
    """Declare escalations of as many customers, or `of` one, and deliver their effects."""
    services = story.program.services
    declared = [
        services.declarations.declare(
            Declaration(
                account_id=None,
                new_account=of or f"Customer {place:03}",
                summary="Exports are down",
                level="sev4",
                confidential=confidential,
            ),
            by=USERS["noor"],
            request=f"V{place}",
        ).number
        for place in range(number)
    ]
    with services.database.transaction() as tx:
        done = update(Effect).values(state=EffectState.DONE, settled_at=tx.real_now)
        tx.session.execute(done, execution_options={"synchronize_session": False})
    services.accounts.refresh()
    return declared


def told(answer: "Json") -> str:
    """Return what a command was answered with."""
    return json.dumps(answer)


def test_a_long_list_says_how_many_there_are_and_shows_the_next_page_when_asked(story: Story) -> None:
    open_many(story, 25)
    first = told(story.command("dana", "list"))
    assert "25 open escalations" in first
    assert "5 more" in first
    assert "`/escalate list 2`" in first
    assert "ESC-20 " in first
    assert "ESC-21 " not in first
    second = told(story.command("dana", "list 2"))
    assert "ESC-21 " in second
    assert "ESC-25 " in second
    assert "ESC-20 " not in second
    assert "more;" not in second


def test_the_next_page_of_home_is_a_button_away_and_so_is_the_way_back(story: Story) -> None:
    open_many(story, 45)
    assert "5 more." in story.home("omar")
    story.control.post("press", user=USERS["omar"], surface="home", action_id=ids.PRESS_HOME_AFTER)
    story.settle()
    shown = str(story.control.get("home", user=USERS["omar"]))
    assert "ESC-45 " in shown
    story.control.post("press", user=USERS["omar"], surface="home", action_id=ids.PRESS_HOME_BEFORE)
    story.settle()
    shown = str(story.control.get("home", user=USERS["omar"]))
    assert "ESC-1 " in shown


def test_a_menu_of_more_than_it_holds_finds_the_customer_who_is_typed(story: Story) -> None:
    open_many(story, 105)
    story.command("dana", "update")
    assert "The newest 100 of 105 are offered." in story.form("dana").all_text
    story.submit("dana", escalation="3")
    assert "ESC-3" in story.form("dana").all_text


def test_what_is_confidential_is_neither_counted_nor_offered(story: Story) -> None:
    open_many(story, 25, confidential=True)
    assert "No open escalations" in told(story.command("omar", "list"))
    assert "No open escalations" in story.home("omar")
    story.command("omar", "update")
    assert "No escalation allows this now." in story.form("omar").all_text


def test_a_major_incident_of_many_names_the_first_and_counts_the_others(story: Story) -> None:
    numbers = open_many(story, 25)
    services = story.program.services
    since = services.database.clock.now()
    with_many = services.incidents.declare(NewIncident("Exports", since), numbers, by=USERS["noor"], request="I")
    assert (len(with_many.affected), with_many.more, with_many.accounts) == (20, 5, 25)
    for number in range(1, 23):
        services.incidents.declare(NewIncident(f"More {number}", since), (), by=USERS["noor"], request=f"M{number}")
    story.command("dana", "incident")
    form = story.form("dana").all_text
    assert "13 older incidents are open: see the incidents channel." in form
    assert "More 22" in form


def test_the_status_of_a_customer_has_pages_too(story: Story) -> None:
    open_many(story, 25, of="Initech")
    first = told(story.command("dana", "status initech"))
    assert "5 more" in first
    assert "ESC-21 " not in first
    second = told(story.command("dana", "status initech 2"))
    assert "ESC-21 " in second
    assert "ESC-20 " not in second
