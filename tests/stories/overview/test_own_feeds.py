"""Feeds of a team or a region: each its own channel, and only what fits its filters."""

from pathlib import Path

from bot.views.kit import ids
from tests.support.story import USERS, Story, story

POLICY = """
extends: sev
name: own
feed:
  hears: [opening, level, closing]
  own:
    emea: {channel: "#esc-emea", regions: [EMEA]}
    exports: {channel: "#esc-exports", areas: [exports], levels: [sev1, sev2], hears: [opening, status]}
    nowhere: {channel: "#nobody-made-it"}
"""


def _channel(told: Story, name: str) -> None:
    made = told.control.post("create", user=USERS["omar"], name=name)["channel"]
    bot = next(app["user_id"] for app in told.state()["apps"])
    told.control.post("invite", user=USERS["omar"], channel=made, users=[bot])


def _lines(told: Story, channel: str) -> list[str]:
    return [each.text for each in told.messages(channel, "omar") if each.text.startswith((":", "ESC-"))]


def test_each_feed_hears_what_fits_it(database_url: str, folder: Path) -> None:
    file = folder / "own.yml"
    file.write_text(POLICY, encoding="utf-8")
    with story(database_url, folder, policy=str(file)) as begun:
        for name in ("esc-emea", "esc-exports"):
            _channel(begun, name)
        begun.program.services.account_import.load(
            b"name,region,area\nHooli,EMEA,billing\nAcme,AMER,exports\n", "a.csv"
        )
        first = begun.declare("noor", account="Hooli", level="sev3", summary="Slow")
        second = begun.declare("noor", account="Acme", level="sev2", summary="Exports are down")
        begun.declare("noor", account="Acme", level="sev4", summary="A wrong colour")
        secret = begun.declare("noor", account="Acme", level="sev2", summary="Leak", confidential=["confidential"])
        begun.act("dana", ids.PRESS_MITIGATE, second, note="Rolled back.")
        begun.menu("maria", "level", first, level="sev2", reason="Launch day.")
        emea, exports = _lines(begun, "esc-emea"), _lines(begun, "esc-exports")
        assert [line.split()[0] for line in emea] == [f"ESC-{first}", f"ESC-{first}"]
        assert "Sev 3 → Sev 2" in emea[1]
        assert len(exports) == 2
        assert "declared by" in exports[0].casefold()
        assert "impact stopped" in exports[1]
        assert all(f"ESC-{secret}" not in line for line in (*emea, *exports))
        reported = [each.all_text for each in begun.direct("maria") if "nobody-made-it" in each.all_text]
        assert len(reported) == 1
        assert "`feed.own` of the policy" in reported[0]
