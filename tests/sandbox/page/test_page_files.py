"""Serving of the page's files."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox import application
from sandbox.server import Sandbox
from tests.sandbox.world import SEED

INDEX = """<html>
  <head>
    <script type="module" src="/page/main.js"></script>
  </head>
</html>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a small page, and other files next to it."""
    page = tmp_path / "page"
    (page / "core").mkdir(parents=True)
    (page / "index.html").write_text(INDEX)
    (page / "main.js").write_text('import "./core/first.js";')
    (page / "core" / "first.js").write_text("export {};")
    (tmp_path / "private.txt").write_text("no")
    return page


@pytest.fixture
async def http(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[aiohttp.ClientSession]:
    monkeypatch.setattr(application, "PAGE", folder)
    async with Sandbox(SEED) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        yield session


async def addresses(http: aiohttp.ClientSession) -> dict[str, str]:
    """Return where the page says that its modules are, by their names, in the order in which they are named."""
    async with http.get("/") as index:
        assert index.content_type == "text/html"
        assert index.headers["Cache-Control"] == "no-cache"
        assert "default-src 'none'" in index.headers["Content-Security-Policy"]
        found = re.findall(r'(?:href|src)="(/page/\w+/([\w/.]+))"', await index.text())
    return {name: address for address, name in found}


async def test_the_page_names_every_module_at_once(http: aiohttp.ClientSession) -> None:
    assert set(await addresses(http)) == {"main.js", "core/first.js"}


async def test_a_file_is_served_with_its_type_and_a_strict_policy_and_asked_for_but_once(
    http: aiohttp.ClientSession,
) -> None:
    address = (await addresses(http))["core/first.js"]
    async with http.get(address) as script:
        assert (script.content_type, await script.text()) == ("text/javascript", "export {};")
        assert "default-src 'none'" in script.headers["Content-Security-Policy"]
        assert "immutable" in script.headers["Cache-Control"]


async def test_what_was_edited_is_seen_at_the_next_look_under_another_address(
    http: aiohttp.ClientSession, folder: Path
) -> None:
    before = await addresses(http)
    assert await addresses(http) == before
    (folder / "main.js").write_text("// edited")
    after = await addresses(http)
    assert not set(after.values()) & set(before.values())
    async with http.get(after["main.js"]) as new, http.get(before["main.js"]) as old:
        assert await new.text() == "// edited"
        assert (await old.text(), old.headers["Cache-Control"]) == ("// edited", "no-cache")


async def test_only_the_page_is_served(http: aiohttp.ClientSession) -> None:
    edition = (await addresses(http))["main.js"].rpartition("/")[0]
    for path in (f"{edition}/missing.js", f"{edition}/%2e%2e/private.txt"):
        async with http.get(path) as response:
            assert response.status == 404


async def test_the_real_page_begins_with_all_its_files_where_it_says() -> None:
    async with Sandbox(SEED) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        for address in (await addresses(http)).values():
            async with http.get(address) as response:
                assert response.status == 200
