"""Buttons and menus in messages, in whispers and on the Home tab."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.manifest import Manifest
from tests.sandbox.bots import Bot
from tests.sandbox.forms import actions, button, home, option
from tests.sandbox.world import Json, Person, manifest

MENU = [option("a", "Alpha"), option("b", "Beta")]


@pytest.fixture
async def ts(client: AsyncWebClient) -> str:
    overflow = {"type": "overflow", "action_id": "more", "options": MENU}
    select = {"type": "static_select", "action_id": "menu", "options": MENU}
    people = {"type": "users_select", "action_id": "who"}
    blocks = [actions(button(value="42", style="primary"), overflow, select, people)]
    return str((await client.chat_postMessage(channel="C01FEED", text="card", blocks=blocks))["ts"])


async def press(person: Person, action_id: str, **more: object) -> Json:
    return await person.do("press", user="ana", channel="feed", action_id=action_id, **more)


async def test_a_button_tells_the_bot_who_pressed_it_in_which_message(bot: Bot, person: Person, ts: str) -> None:
    assert await press(person, "go", ts=ts) == {"ack": None, "status": 200, "sent": True}
    payload = await bot.hears("block_actions")
    (action,) = payload["actions"]
    assert (action["type"], action["value"], action["style"]) == ("button", "42", "primary")
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C01FEED",
        "is_ephemeral": False,
    }
    assert (payload["message"]["ts"], payload["channel"]) == (ts, {"id": "C01FEED", "name": "feed"})
    assert (payload["user"]["username"], payload["team"]["domain"]) == ("ana", "test-corp")


async def test_without_a_ts_it_is_the_newest_message_that_has_the_element(
    bot: Bot, person: Person, client: AsyncWebClient, ts: str
) -> None:
    await client.chat_postMessage(channel="C01FEED", text="later", blocks=[actions(button("other"))])
    await press(person, "go")
    assert (await bot.hears("block_actions"))["message"]["ts"] == ts


@pytest.mark.parametrize(
    ("used", "chosen"),
    [
        ({"action_id": "more", "value": "b"}, {"selected_option": MENU[1]}),
        ({"action_id": "menu", "value": "a"}, {"selected_option": MENU[0]}),
        ({"action_id": "who", "value": "ben"}, {"selected_user": "U01BEN"}),
    ],
)
async def test_a_menu_tells_what_was_chosen(bot: Bot, person: Person, ts: str, used: Json, chosen: Json) -> None:
    await press(person, **used, ts=ts)
    (action,) = (await bot.hears("block_actions"))["actions"]
    assert {key: action[key] for key in chosen} == chosen


async def test_what_was_chosen_in_a_message_is_in_its_state_for_that_person(bot: Bot, person: Person, ts: str) -> None:
    await press(person, "menu", ts=ts, value="b")
    await press(person, "go", ts=ts)
    values = (await bot.hears("block_actions", 2))["state"]["values"]
    assert values["actions"]["menu"]["selected_option"] == MENU[1]


async def test_an_overflow_menu_needs_a_choice(person: Person, ts: str) -> None:
    status, answer = await person.tried("press", user="ana", channel="feed", ts=ts, action_id="more")
    assert (status, answer["error"]) == (400, "missing")


async def test_the_original_is_replaced_or_deleted_through_the_response_url(bot: Bot, person: Person, ts: str) -> None:
    await press(person, "go", ts=ts)
    door = AsyncWebhookClient((await bot.hears("block_actions"))["response_url"])
    await door.send(text="acknowledged", replace_original=True)
    (seen,) = await person.messages("ana", "feed")
    assert (seen["text"], "blocks" in seen, seen["ts"]) == ("acknowledged", False, ts)
    await door.send(delete_original=True)
    assert await person.messages("ana", "feed") == []


async def test_a_button_in_a_whisper_works_and_the_whisper_can_be_replaced(
    bot: Bot, person: Person, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C01FEED", user="U01ANA", text="psst", blocks=[actions(button())])
    await press(person, "go")
    payload = await bot.hears("block_actions")
    assert (payload["container"]["is_ephemeral"], "message" in payload) == (True, False)
    door = AsyncWebhookClient(payload["response_url"])
    await door.send(text="done", replace_original=True)
    assert [m["text"] for m in await person.messages("ana", "feed")] == ["done"]
    await door.send(delete_original=True)
    assert await person.messages("ana", "feed") == []


async def test_a_button_on_the_home_tab(bot: Bot, person: Person, client: AsyncWebClient) -> None:
    await client.views_publish(user_id="U01ANA", view=home(actions(button(value="7"))))
    await person.do("press", user="ana", surface="home", action_id="go")
    payload = await bot.hears("block_actions")
    assert (payload["view"]["type"], payload["actions"][0]["value"]) == ("home", "7")


async def test_feedback_is_positive_or_negative(bot: Bot, person: Person, client: AsyncWebClient) -> None:
    text = {"type": "plain_text", "text": "Good"}
    element = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": text, "value": "up"},
        "negative_button": {"text": text | {"text": "Bad"}, "value": "down"},
    }
    blocks = [{"type": "context_actions", "elements": [element]}]
    await client.chat_postMessage(channel="C01FEED", text="x", blocks=blocks)
    await press(person, "feedback", value="negative")
    assert (await bot.hears("block_actions"))["actions"][0]["value"] == "down"


class TestWithoutInteractivity:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(interactive=False)

    async def test_a_button_goes_nowhere(self, bot: Bot, person: Person, ts: str) -> None:
        answer = await press(person, "go", ts=ts)
        assert answer == {"timeout": True, "failure": "interactivity_disabled", "sent": True}
        assert "block_actions" not in [kind for kind, _ in bot.heard]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"action_id": "nothing"}, "not_found"),
        ({"ts": "1503435956.000247"}, "message_not_found"),
        ({"surface": "ceiling"}, "unknown_surface"),
        ({"surface": "home"}, "no_home"),
        ({"surface": "modal"}, "no_view"),
        ({"action_id": "menu", "value": "z"}, "option_not_found"),
    ],
)
async def test_what_nobody_could_press(person: Person, ts: str, changes: Json, error: str) -> None:
    body = {"user": "ana", "channel": "feed", "ts": ts, "action_id": "go"} | changes
    status, answer = await person.tried("press", **body)
    assert (status, answer["error"]) == (400, error)


async def test_the_message_of_a_person_has_nothing_to_press(person: Person) -> None:
    ts = (await person.do("message", user="ana", channel="feed", text="x"))["ts"]
    status, answer = await person.tried("press", user="ana", channel="feed", ts=ts, action_id="go")
    assert (status, answer["message"]) == (400, "there is no element with action_id 'go'; there are: none")
