"""A sandbox of its own for each test, an SDK client on one connection pool, and a person's hands."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from tests.sandbox.bots import Bot
from tests.sandbox.world import SEED, Json, Person, Refused, manifest


@pytest.fixture
def app_manifest() -> Manifest:
    return manifest()


@pytest.fixture
async def sandbox(app_manifest: Manifest) -> AsyncIterator[Sandbox]:
    async with Sandbox(SEED, [app_manifest]) as running:
        yield running


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(sandbox.url) as session:
        yield session


@pytest.fixture
def client(sandbox: Sandbox, http: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that tries nothing twice: the SDK's own handlers would hide what a test is about."""
    return AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http, retry_handlers=[])


@pytest.fixture
def person(http: aiohttp.ClientSession) -> Person:
    return Person(http)


@pytest.fixture
def refused() -> Refused:
    """Await a call that Slack refuses and return its answer."""

    async def answer(call: Awaitable[Any]) -> Json:
        with pytest.raises(SlackApiError) as caught:
            await call
        data: Json = caught.value.response.data
        return data

    return answer


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with Bot(sandbox) as connected:
        yield connected
