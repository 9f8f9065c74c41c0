"""Rotas in Slack: several for an area, days off, regions, and shifts that an admin gives to somebody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.models.directory import DirectoryChange
from bot.policy.model.directory import EntryKind
from bot.views.kit import ids
from tests.support.story import DIRECTORY, Story, moment
from tests.support.story import story as told

ADMINS = (
    DIRECTORY
    + """
admins: [omar@example.com]
regions:
  emea: {name: Europe}
  amer: {name: Americas}
"""
)
BERLIN = {"rota_hours": "MON-FRI 09:00-17:00", "rota_zone": "Europe/Berlin", "rota_every": "1d"}
LA = {"rota_hours": "MON-FRI 09:00-17:00", "rota_zone": "America/Los_Angeles", "rota_every": "1d"}


@pytest.fixture
def admins(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story in which the file names Omar as admin."""
    with told(database_url, folder, directory=ADMINS) as begun:
        yield begun


def add(story: Story, kind: str, **values: object) -> dict[str, object]:
    story.command("omar", "admin")
    story.press_in_form("omar", f"{ids.PRESS_ADMIN_ADD}{kind}")
    answer = story.submit("omar", **values)
    if answer["result"] == "updated":
        story.close_form("omar")
    return answer


def on_call(story: Story, area: str = "sign-in") -> str:
    return str(story.command("noor", f"oncall {area}")["ack"])


def changes(story: Story) -> list[DirectoryChange]:
    with story.program.services.database.transaction() as tx:
        found = list(tx.session.scalars(select(DirectoryChange).order_by(DirectoryChange.id)))
        tx.session.expunge_all()
        return found


@pytest.mark.both_databases
def test_several_rotas_follow_the_sun_and_a_region_has_its_own(admins: Story) -> None:
    story = admins
    start = {"rota_starts_at": int(moment("Mon 2026-03-02 03:00").timestamp())}
    emea = {"rota_people": ["U01DANA"], "rota_region": "emea", **BERLIN, **start}
    assert add(story, "area", key="sign-in", name="Sign-in", **emea)["result"] == "updated"
    more = {"rota_people": ["U01OMAR"], "rota_region": "amer", **LA, **start}
    assert add(story, "rota", area="sign-in", name="amer", **more)["result"] == "updated"
    assert "<@U01DANA>" in on_call(story), "10:00 in New York is 16:00 in Berlin"
    story.skip_to("Fri 2026-03-06 14:00")
    assert "*Sign-in*\\n<@U01OMAR>" in on_call(story), "then Los Angeles"
    story.skip_to("Sat 2026-03-07 14:00")
    assert "*Sign-in*\\nNo one" in on_call(story)
    story.command("omar", "admin")
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}rota", "rota:sign-in:amer")
    form = story.form("omar")
    assert form.question("rota_hours")["element"]["initial_value"] == "MON-FRI 09:00-17:00"
    assert form.question("rota_region")["element"]["initial_option"]["value"] == "amer"
    assert form.question("rota_people")["element"]["initial_users"] == ["U01OMAR"]
    assert story.submit("omar", rota_people=["U01NOOR"])["result"] == "updated"
    assert "Sign-in: amer" in str(story.form("omar").raw)
    assert "<@U01OMAR> changed rota sign-in:amer" in story.form("omar").all_text
    [_, added, changed] = changes(story)
    assert (added.kind, added.before, changed.by) == (EntryKind.ROTA, None, "U01OMAR")
    assert changed.after is not None
    assert changed.after["rota"]["people"] == ["U01NOOR"]


def test_days_off_are_kept_and_nobody_is_on_call_then(admins: Story) -> None:
    story = admins
    rota = {"rota_people": ["U01DANA"], "rota_off": "DE-BE, 2026-03-09", **BERLIN}
    assert add(story, "area", key="sign-in", name="Sign-in", **rota)["result"] == "updated"
    area = story.program.services.people.directory.area("sign-in")
    assert area is not None
    assert area.rota is not None
    assert area.rota.holidays is not None
    assert (area.rota.holidays.country, area.rota.holidays.subdivision) == ("DE", "BE")
    story.skip_to("Mon 2026-03-09 06:00")
    assert "No one" in on_call(story), "it is closed that day"
    story.skip_to("Tue 2026-03-10 06:00")
    assert "<@U01DANA>" in on_call(story)
    story.command("omar", "admin")
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}area", "area:sign-in")
    assert story.form("omar").question("rota_off")["element"]["initial_value"] == "DE-BE, 2026-03-09"


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"rota_off": "XX"} | BERLIN, "rota_off", "XX"),
        ({"rota_off": "2026-13-01"} | BERLIN, "rota_off", "date"),
        ({"rota_off": "DE, FR"} | BERLIN, "rota_off", "date"),
        ({"rota_off": "DE"}, "rota_hours", "days off are given, and no hours"),
        ({"name": "Not a key", **BERLIN}, "name", "match"),
    ],
)
def test_what_cannot_be_used_is_answered_at_its_field(
    admins: Story, values: dict[str, str], field: str, says: str
) -> None:
    add(admins, "area", key="sign-in", name="Sign-in")
    given = {"area": "sign-in", "name": "apac", "rota_people": ["U01ANA"]}
    answer = add(admins, "rota", **(given | values))
    assert says.casefold() in str(answer["errors"][field]).casefold(), answer  # type: ignore[index]


def test_an_area_of_the_file_gets_no_rota_in_slack(admins: Story) -> None:
    story = admins
    story.command("omar", "admin")
    story.press_in_form("omar", f"{ids.PRESS_ADMIN_ADD}rota")
    assert "Areas of the directory file have all their rotas there." in story.form("omar").all_text
    put = story.program.services.directory_changes.put
    rota = {"people": ["U01ANA"], "starts_at": "2026-01-05T09:00", "every": "1w"}
    with pytest.raises(Exception, match="the file wins"):
        put(EntryKind.ROTA, {"area": "Exports", "name": "apac", "rota": rota}, by="U01OMAR")
    with pytest.raises(Exception, match="isn't there any more"):
        put(EntryKind.ROTA, {"area": "gone", "name": "apac", "rota": rota}, by="U01OMAR")


def test_an_area_that_is_removed_takes_its_rotas_with_it(admins: Story) -> None:
    story = admins
    add(story, "area", key="sign-in", name="Sign-in")
    add(story, "rota", area="sign-in", name="apac", rota_people=["U01ANA"])
    story.command("omar", "admin")
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}area", "area:sign-in")
    story.press_in_form("omar", ids.PRESS_ADMIN_REMOVE)
    assert story.program.services.people.directory.more_rotas == {}
    assert [(one.kind, one.after) for one in changes(story)[2:]] == [(EntryKind.AREA, None), (EntryKind.ROTA, None)]


_SPAN = {"from": "Fri 2026-03-06 10:00", "to": "Sat 2026-03-07 10:00"}


@pytest.mark.both_databases
def test_an_admin_gives_a_shift_to_somebody_and_all_of_them_hear_of_it(admins: Story) -> None:
    story = admins
    story.command("omar", "oncall")
    story.press("omar", ids.PRESS_TAKE_SHIFT, on=story.messages("general", "omar")[-1])
    assert story.form("omar").question("person")["element"]["initial_user"] == "U01OMAR"
    span = {name: int(moment(at).timestamp()) for name, at in _SPAN.items()}
    assert story.submit("omar", person="U01NOOR", **span)["result"] == "closed"
    assert "<@U01OMAR> gave you the shift for *Exports and reports*" in story.direct("noor")[-1].text
    assert "<@U01OMAR> gave your shift for *Exports and reports* to <@U01NOOR>" in story.direct("dana")[-1].text
    assert "<@U01NOOR>" in on_call(story, "exports")
    [change] = changes(story)
    assert (change.kind, change.key, change.by) == (EntryKind.AREA, "exports", "U01OMAR")
    assert change.after is not None
    assert (change.before, change.after["on_call"]) == ({"on_call": "U01DANA"}, "U01NOOR")
    story.command("omar", "audit")
    assert "on call: <@U01DANA> → <@U01NOOR>" in story.form("omar").all_text


def test_only_admins_give_shifts_to_others(admins: Story) -> None:
    story = admins
    story.command("eli", "oncall")
    story.press("eli", ids.PRESS_TAKE_SHIFT, on=story.messages("general", "eli")[-1])
    assert "person" not in story.form("eli").inputs
    take_over = story.program.services.shifts.take_over
    start, end = (moment(at) for at in _SPAN.values())
    with pytest.raises(Exception, match="Only admins"):
        take_over("exports", start, end, by="U01ELI", person="U01NOOR")
    with pytest.raises(Exception, match="can't act"):
        take_over("exports", start, end, by="U01OMAR", person="U01KIM")
