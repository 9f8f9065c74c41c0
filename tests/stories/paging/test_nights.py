"""Nights and holidays: who is reached when the region whose customer is down has a day off, and when nobody answers."""

from pathlib import Path

from bot.policy.record.escalation import FIX_OWNER
from bot.views.kit import ids
from tests.stories.paging.test_routes import options, page_of, state, target
from tests.support.inbox import Inbox
from tests.support.person import Seen
from tests.support.story import USERS, Story
from tests.support.story import story as told

__all__ = ["target"]

# Dana owns exports. Europe's rota has the German holidays, America's follows it.
TWO_REGIONS = """
fallback: {fix_owner: dana@example.com, relationship_owner: ana@example.com, manager: maria@example.com}
people:
  - email: dana@example.com
    slack_id: U01DANA
    phone: "+49 30 901820"
    routes: [pagerduty, "apprise:sms", slack]
    quiet_hours: {from: "22:00", to: "07:00", zone: Europe/Berlin}
  - {email: ana@example.com, slack_id: U01ANA, routes: ["apprise:push"]}
  - {email: noor@example.com, slack_id: U01NOOR, routes: ["apprise:push"]}
  - {email: omar@example.com, slack_id: U01OMAR, routes: ["apprise:push"]}
  - {email: eli@example.com, slack_id: U01ELI, routes: ["apprise:push"]}
areas:
  - key: exports
    name: Exports and reports
    owner: dana@example.com
    rotas:
      - {people: [dana@example.com], starts_at: "2026-01-05T09:00", every: 1w, zone: Europe/Berlin, region: emea,
         hours: {MON-FRI: "09:00-18:00"}, holidays: {country: DE}}
      - {people: [eli@example.com], starts_at: "2026-01-05T09:00", every: 1w, zone: America/New_York, region: amer,
         hours: {MON-FRI: "09:00-18:00"}}
regions:
  emea: {name: Europe, people: {relationship_owner: noor@example.com, manager: omar@example.com}}
  amer: {name: Americas, people: {relationship_owner: ana@example.com, manager: maria@example.com}}
"""
POLICY = """extends: sev
name: regional
calendars:
  emea: {zone: Europe/Berlin, hours: {MON-FRI: "09:00-18:00"}, holidays: {country: DE}}
regions: {emea: {calendar: emea}}
"""
MATRIX = """
contacts:
  l4: {person: eli@example.com}
  l5: {person: noor@example.com}
"""


def live(story: Story, who: str) -> list[Seen]:
    """Return the messages of somebody with a button that answers a page."""
    return [message for message in story.direct(who) if ids.PRESS_ACKNOWLEDGE_PAGE in message.buttons]


def test_a_sev_1_on_a_holiday_night_across_two_regions(database_url: str, folder: Path, target: Inbox) -> None:
    """The first of May is a holiday in Germany; at four in the morning there it is ten in the evening in New York."""
    policy = folder / "policy.yml"
    policy.write_text(POLICY, encoding="utf-8")
    given = options(target) | {"directory": TWO_REGIONS, "policy": str(policy)}
    with told(database_url, folder, **given) as story:
        services = story.program.services
        services.account_import.load(b"name,region,area\nNordwind,EMEA,exports\n", "accounts.csv")
        services.accounts.refresh()
        number = story.declare(who="maria", account="Nordwind", level="sev1", area="exports", at="Thu 2026-04-30 22:00")
        facts = story.facts(number)
        held = {role: holder.person for role, holder in facts.holders.items()}
        assert (held["fix_owner"], held["relationship_owner"], held["manager"]) == ("U01DANA", "U01NOOR", "U01OMAR")
        assert state(story).incidents, "the heaviest level ignores quiet hours"
        # The response is due in fifteen minutes, holiday or not; Europe's manager hears of it, not America's.
        story.forward(minutes=16)
        assert story.pages("omar")
        assert not story.pages("maria")
        assert ("/sms/+4930901820") in [path for path, _ in target.messages], "the second route, as she stays silent"
        story.forward(minutes=20)
        assert story.pages("noor"), "Europe's customer owner is next"
        # At nine in New York somebody is on call again: the page moves there, and Dana stays fix owner.
        story.forward_to("Fri 2026-05-01 09:01")
        assert story.pages("eli")
        assert story.facts(number).holder(FIX_OWNER) == USERS["dana"]
        story.press("eli", ids.PRESS_ACKNOWLEDGE_PAGE, on=live(story, "eli")[0])
        assert story.facts(number).acknowledged_by == USERS["eli"]
        assert not any(live(story, who) for who in ("dana", "noor", "omar"))


def test_nobody_answers_up_to_l5_and_it_goes_round_again(database_url: str, folder: Path, target: Inbox) -> None:
    given = options(target)
    with told(database_url, folder, **(given | {"directory": given["directory"] + MATRIX})) as story:
        number = story.declare(who="ana", account="Acme", level="sev1")
        story.forward(hours=2, minutes=35)
        order = [page.person for page in story.facts(number).pages if page.rung or page.role == FIX_OWNER]
        reached = list(dict.fromkeys(order))
        assert reached == [USERS[who] for who in ("dana", "ana", "omar", "eli", "noor")]
        assert {page.person for page in story.facts(number).pages} == {*reached, USERS["maria"]}, "paged by the breach"
        story.forward(minutes=30)
        assert sum("No one responded to any page" in text for text in story.said(number)) == 1
        rung = len(story.pages("dana"))
        story.forward(hours=1)
        assert len(story.pages("dana")) > rung, "it begins again at the foot"
        assert page_of(story, number).person == USERS["dana"]
        again = next(page for page in story.facts(number).pages if page.round == 1)
        assert {one.route for one in again.routes} >= {"slack", "pagerduty", "apprise:sms"}, "by all routes at once"
        story.forward(hours=1, minutes=30)
        for who in ("dana", "ana", "maria", "omar", "eli", "noor"):
            assert len(story.pages(who)) <= 12, who
            assert len(live(story, who)) <= 1, who
        story.press("noor", ids.PRESS_ACKNOWLEDGE_PAGE, on=live(story, "noor")[0])
        assert story.facts(number).acknowledged_by == USERS["noor"]
