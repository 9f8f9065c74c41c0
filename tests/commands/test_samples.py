"""The sample directory of the demonstration: a newcomer sees every part of a directory in it, and none is missing."""

import csv
from importlib.resources import as_file, files

import pytest

from bot.integrations.files import load_directory
from bot.policy.decide.contacts import with_contacts
from bot.policy.decide.directory_gaps import gaps
from bot.policy.file.loading import preset
from bot.policy.model.directory import Directory
from bot.views.kit import contacts


@pytest.fixture(scope="module")
def directory() -> Directory:
    with as_file(files("bot.commands.samples")) as samples:
        return load_directory(samples / "directory.yml")


@pytest.mark.parametrize("name", ["sev", "p-levels"])
def test_nothing_is_missing_in_it(directory: Directory, name: str) -> None:
    assert [gap.what for gap in gaps(directory, preset(name))] == []


def test_every_rung_of_the_contact_matrix_has_a_name_a_phone_and_a_mail_address(directory: Directory) -> None:
    shown = {rung.key: rung for rung in with_contacts(preset("p-levels"), directory).ladder}
    assert list(shown) == ["owner", "l1", "l2", "l3", "l4", "l5", "technical", "product"]
    del shown["owner"]  # each area has its own
    for key, rung in shown.items():
        assert all((rung.name, rung.phone, rung.email)), key
    assert contacts.reached(shown["l4"]) == "<@U01IRIS>, +12025550110, iris@example.com"
    assert contacts.reached(shown["l4"], in_short=True) == "<@U01IRIS>, +12025550110"


def test_a_role_that_an_escalation_has_filled_shows_its_holder(directory: Directory) -> None:
    policy = with_contacts(preset("p-levels"), directory, {"relationship_owner": "U01BEN"})
    assert contacts.reached(policy.ladder[1]) == "<@U01BEN>, +442079460102, ben@example.com"


def test_it_has_routes_quiet_hours_and_a_rota_that_follows_the_sun(directory: Directory) -> None:
    assert any(person.quiet_hours for person in directory.people)
    on_call = {who for area in directory.areas for who in area.people()}
    assert all((entry := directory.person(who)) is not None and entry.routes for who in on_call)
    assert any(len({rota.region for rota in area.all_rotas}) > 1 for area in directory.areas)


def test_the_accounts_have_regions_that_it_names(directory: Directory) -> None:
    rows = csv.DictReader((files("bot.commands.samples") / "accounts.csv").read_text(encoding="utf-8").splitlines())
    assert {row["region"].casefold() for row in rows} == {region.key for region in directory.regions}
