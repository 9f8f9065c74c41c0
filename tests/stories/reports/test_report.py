"""The report: what `/escalate report` shows, of the same escalations that people lived through."""

from datetime import date

import pytest
from sqlalchemy import delete, select

from bot import metrics
from bot.models.measures import MeasureRow, TicketVolume
from bot.policy.decide.numbers import Numbers
from bot.services.reports.measures import Measures
from bot.services.reports.reports import ACCOUNT, LEVEL, OWNER
from bot.views.kit import ids
from bot.views.kit.text import day
from tests.stories.closing.test_ending import CONFIRMED
from tests.support.story import USERS, Story


def lived(story: Story) -> None:
    """Live through a Sev 1 that is late, a Sev 3 in time, and one that is withdrawn."""
    late = story.declare(account="Acme", level="sev1", area="exports", at="Fri 2026-03-06 10:00")
    story.forward(minutes=20)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(late))
    story.forward(hours=2)
    story.act("dana", ids.PRESS_MITIGATE, late, note="Restarted.")
    quick = story.declare(account="Umbrella", level="sev3")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(quick))
    story.act("dana", ids.PRESS_RESOLVE, quick, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, quick, summary="It works again.")
    mistaken = story.declare(account="Initech", level="sev4")
    story.menu("noor", "withdraw", mistaken, why="mistake", reason="A test.")


def numbers(story: Story, words: str = "") -> Numbers:
    return story.program.services.reports.asked(words, viewer=USERS["maria"]).found


def test_a_report_shows_what_was_lived(story: Story) -> None:
    lived(story)
    found = numbers(story)
    assert (found["escalations"].value, found["open_now"].value) == (2, 1)
    assert (found["acknowledged_in_time"].value, found["acknowledged_in_time"].of) == (50, 2)
    assert (found["mitigated_in_time"].value, found["mitigated_in_time"].of) == (100, 2)
    story.command("maria", "report 7d")
    shown = story.form("maria")
    assert "*Last 7 days* · 2 escalations" in shown.all_text
    assert "*Acknowledged in time*\n50 % · of 2" in shown.all_text
    assert f"{day(date(2026, 2, 28))} to {day(date(2026, 3, 6))}" in shown.all_text


def test_a_confidential_escalation_is_in_no_owners_number(story: Story) -> None:
    story.declare(level="sev3")
    story.declare(account="Hooli", level="sev3", confidential=["confidential"])
    story.command("maria", "report")
    assert "*Open by fix owner:* <@U01DANA> 1 · confidential 1" in story.form("maria").all_text
    story.program.services.headline.refresh()
    found = story.program.services.reports.workload()
    assert found == {"U01DANA": 1, "confidential": 1}


def test_it_says_who_has_how_many_open_and_draws_text_where_charts_are_switched_off(story: Story) -> None:
    lived(story)
    story.declare(account="Hooli", level="sev4")
    story.command("maria", "report")
    shown = story.form("maria")
    assert "*Open by fix owner:* <@U01DANA> 2" in shown.all_text
    assert "data_visualization" in str(shown.raw)
    story.press_in_form("maria", ids.PRESS_DEFINITIONS)
    assert "*Open by fix owner*\nOpen escalations of each fix owner now" in story.form("maria").all_text
    story.close_form("maria")
    story.restart(new_blocks=False)
    story.command("maria", "report of umbrella")
    shown = story.form("maria")
    assert "data_visualization" not in str(shown.raw)
    assert "*Declared*\n```From" in shown.all_text
    assert "Open by fix owner" not in shown.all_text, "Umbrella has none open"


@pytest.mark.both_databases
def test_it_says_beside_repeats_which_customers_renewed_where_that_is_known(story: Story) -> None:
    accounts = story.program.services.account_import
    accounts.load(b"name,renewal_on\nAcme,2026-03-04\nGlobex,2026-03-05\nHooli,2026-03-05\n", "accounts.csv")
    for _ in range(2):
        story.declare(account="Acme", level="sev4", at="Fri 2026-03-06 10:00")
    story.command("maria", "report")
    assert "renewed" not in story.form("maria").all_text
    story.close_form("maria")
    moved = b"name,renewal_on,churned_on\nAcme,2026-03-04,2026-03-06\nGlobex,2027-03-05,\nHooli,2026-03-07,\n"
    accounts.load(moved, "accounts.csv")
    story.command("maria", "report")
    assert "*Customers that renewed:* 0 of 1 with repeats, 1 of 1 without" in story.form("maria").all_text
    story.close_form("maria")
    story.program.services.headline.refresh()
    counted = metrics.REGISTRY.get_sample_value
    assert counted("escalate_renewals", {"outcome": "left", "repeats": "yes"}) == 1
    assert counted("escalate_renewals", {"outcome": "renewed", "repeats": "no"}) == 1
    accounts.load(b"name,renewal_on\nGlobex,2026-03-05\n", "accounts.csv")
    story.command("maria", "report")
    assert "*Customers that renewed:* 0 of 1 with repeats\n" in story.form("maria").all_text, "it was a typing error"
    story.close_form("maria")
    story.command("maria", "report of acme")
    assert "renewed" not in story.form("maria").all_text


def test_what_happens_later_is_counted_at_the_next_look(story: Story) -> None:
    lived(story)
    assert numbers(story)["reopened"].value == 0
    story.command("maria", "reopen ESC-2")
    story.submit("maria", reason="It is back.")
    found = numbers(story)
    assert (found["reopened"].value, found["open_now"].value) == (100, 2)


@pytest.mark.both_databases
def test_measures_that_are_lost_are_made_again_from_the_timeline(story: Story) -> None:
    lived(story)
    before = numbers(story)
    services = story.program.services
    with services.database.transaction() as tx:
        tx.session.execute(delete(MeasureRow))
    assert Measures(services.database, services.policies).heal()
    with services.database.transaction() as tx:
        assert len(tx.session.scalars(select(MeasureRow)).all()) == 3
    assert numbers(story) == before


def test_the_report_of_an_account_and_of_a_level(story: Story) -> None:
    lived(story)
    assert numbers(story, "of acme")["escalations"].of == 1
    assert numbers(story, "30d of sev3")["escalations"].of == 1
    assert numbers(story, "sev 3 for umbrella")["escalations"].of == 1
    assert numbers(story, "quarter of sev4")["escalations"].of == 0
    story.command("maria", "report of acme")
    assert "*Last 30 days · Acme* · 1 escalation" in story.form("maria").all_text
    story.press_in_form("maria", f"{ids.PRESS_REPORT}7")
    assert "*Last 7 days · Acme* · 1 escalation" in story.form("maria").all_text


def test_a_name_that_is_not_known_is_answered_helpfully(story: Story) -> None:
    story.command("maria", "report of Hooli")
    assert "No account, team or region is called “Hooli”." in story.form("maria").all_text


def test_a_sentence_that_begins_with_report_declares(story: Story) -> None:
    story.command("maria", "report exports fail for Acme since noon")
    assert story.form("maria").raw["callback_id"] == ids.DECLARE


def test_the_definitions_are_one_click_away(story: Story) -> None:
    lived(story)
    story.command("maria", "report")
    story.press_in_form("maria", ids.PRESS_DEFINITIONS)
    assert "*Longest silence*\nThe longest time in which a customer heard nothing" in story.form("maria").all_text
    story.close_form("maria")
    assert "Last 30 days" in story.form("maria").all_text


def test_confidential_escalations_count_and_are_not_named(story: Story) -> None:
    lived(story)
    story.declare(account="Globex", level="sev2", confidential=["confidential"])
    reports = story.program.services.reports
    assert numbers(story)["escalations"].of == 3
    assert numbers(story, "of globex")["escalations"].of == 0
    assert set(reports.breakdown(None, None, ACCOUNT).groups) == {"Acme", "Umbrella", "confidential"}
    assert "confidential" in reports.breakdown(None, None, OWNER).groups
    assert set(reports.breakdown(None, None, LEVEL).groups) == {"sev1", "sev3"}


def test_the_rate_is_against_the_tickets_of_known_days(story: Story) -> None:
    lived(story)
    with story.program.services.database.transaction() as tx:
        for where, tickets in (("", 40), ("emea", 10)):
            tx.session.add(TicketVolume(day=date(2026, 3, 6), region=where, tickets=tickets))
    found = numbers(story)["escalation_rate"]
    assert (found.value, found.of) == (5, 40)
    story.command("maria", "report")
    assert "*Escalation rate*\n5 % · target 15 %" in story.form("maria").all_text
    assert "Ticket volumes are known for 1 of 30 days." in story.form("maria").all_text


def test_home_has_the_numbers_for_managers_and_admins_only(story: Story) -> None:
    lived(story)
    story.program.services.headline.refresh()
    assert "*Last 30 days*: 2 escalations · Acknowledged in time *50 %*" in story.home("maria")
    assert "Last 30 days*: " not in story.home("noor")
    story.control.post("press", user=USERS["maria"], surface="home", action_id=f"{ids.PRESS_REPORT}30")
    story.settle()
    assert "*Last 30 days* · 2 escalations" in story.form("maria").all_text


def test_the_numbers_are_metrics(story: Story) -> None:
    lived(story)
    story.program.services.headline.refresh()

    def metric(name: str, **labels: str) -> float | None:
        return metrics.REGISTRY.get_sample_value(name, labels)

    assert metric("escalate_acknowledged_in_time_ratio", level="all") == 0.5
    assert metric("escalate_acknowledged_in_time_ratio", level="sev1") == 0
    assert metric("escalate_escalations", level="sev3") == 1
    assert metric("escalate_number_basis", number="acknowledged_in_time") == 2
    assert metric("escalate_open_by_owner", owner="U01DANA") == 1
