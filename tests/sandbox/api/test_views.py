"""views.open, push, update and publish: triggers, stacks, hashes, states."""

from collections.abc import Awaitable, Callable

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from sandbox.state import triggers
from tests.sandbox.forms import actions, button, field, home, modal, option, text_input
from tests.sandbox.world import Json, Person, Refused, manifest

Trigger = Callable[[], str]


@pytest.fixture
def trigger(sandbox: Sandbox) -> Trigger:
    """Hand out what an interaction of ana's would, in whatever modal she has open."""

    def issue() -> str:
        stack = sandbox.workspace.views.stack("U01ANA")
        view_id = stack[-1].id if stack else None
        return sandbox.workspace.triggers.issue("A0SANDBOX1", "U01ANA", view_id=view_id)

    return issue


Open = Callable[..., Awaitable[Json]]


@pytest.fixture
def opened(client: AsyncWebClient, trigger: Trigger) -> Open:
    async def open_view(view: Json | None = None) -> Json:
        answer: Json = (await client.views_open(trigger_id=trigger(), view=view or modal()))["view"]
        return answer

    return open_view


async def test_a_modal_opens_for_who_did_something(opened: Open, person: Person) -> None:
    view = await opened()
    assert (view["type"], view["callback_id"], view["app_id"]) == ("modal", "form", "A0SANDBOX1")
    assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
    assert view["state"] == {"values": {"name": {"text": {"type": "plain_text_input", "value": None}}}}
    assert await person.top("ana") == view


async def test_a_trigger_is_used_once(client: AsyncWebClient, refused: Refused, trigger: Trigger) -> None:
    trigger_id = trigger()
    await client.views_open(trigger_id=trigger_id, view=modal())
    assert (await refused(client.views_open(trigger_id=trigger_id, view=modal())))["error"] == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds(
    client: AsyncWebClient, refused: Refused, trigger: Trigger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triggers, "LIFE", 0.0)
    assert (await refused(client.views_open(trigger_id=trigger(), view=modal())))["error"] == "expired_trigger_id"


async def test_a_trigger_is_not_made_up(client: AsyncWebClient, refused: Refused) -> None:
    assert (await refused(client.views_open(trigger_id="1.2.abc", view=modal())))["error"] == "invalid_trigger_id"
    missing = await refused(client.api_call("views.open", json={"view": modal()}))
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: trigger_id"]


async def test_an_invalid_view_does_not_use_up_the_trigger(
    client: AsyncWebClient, refused: Refused, trigger: Trigger
) -> None:
    trigger_id = trigger()
    broken = modal(title={"type": "plain_text", "text": "x" * 25})
    answer = await refused(client.views_open(trigger_id=trigger_id, view=broken))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    await client.views_open(trigger_id=trigger_id, view=modal())


@pytest.mark.parametrize("view", ["{", "[]", "null", '"view"'])
async def test_a_view_is_an_object(client: AsyncWebClient, refused: Refused, trigger: Trigger, view: str) -> None:
    call = client.api_call("views.open", data={"trigger_id": trigger(), "view": view})
    assert (await refused(call))["error"] == "invalid_arguments"


async def test_a_view_has_250_kilobytes_at_most(client: AsyncWebClient, refused: Refused, trigger: Trigger) -> None:
    text = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}
    view = modal(*[text] * 84)
    assert (await refused(client.views_open(trigger_id=trigger(), view=view)))["error"] == "view_too_large"
    await client.views_open(trigger_id=trigger(), view=modal(*[text] * 80))


async def test_a_stack_holds_three_views(
    client: AsyncWebClient, refused: Refused, opened: Open, trigger: Trigger, person: Person
) -> None:
    root = await opened()
    second = (await client.views_push(trigger_id=trigger(), view=modal()))["view"]
    third = (await client.views_push(trigger_id=trigger(), view=modal()))["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    assert (third["root_view_id"], third["previous_view_id"]) == (root["id"], second["id"])
    assert (await refused(client.views_push(trigger_id=trigger(), view=modal())))["error"] == "push_limit_reached"
    assert len((await person.look("views", user="ana"))["views"]) == 3


async def test_a_view_cannot_be_pushed_if_none_is_open(
    client: AsyncWebClient, refused: Refused, trigger: Trigger
) -> None:
    assert (await refused(client.views_push(trigger_id=trigger(), view=modal())))["error"] == "not_found"


async def test_an_update_keeps_what_was_typed_where_block_and_element_stay(
    client: AsyncWebClient, opened: Open, sandbox: Sandbox
) -> None:
    view = await opened(modal(field("a", text_input()), field("b", text_input())))
    state = sandbox.workspace.views.stack("U01ANA")[0]
    state.values["a"]["text"]["value"] = "typed"
    state.values["b"]["text"]["value"] = "lost"
    changed = modal(field("a", text_input(initial_value="ignored")), field("c", text_input(initial_value="new")))
    updated = (await client.views_update(view_id=view["id"], view=changed))["view"]
    values = updated["state"]["values"]
    assert {block: held["text"]["value"] for block, held in values.items()} == {"a": "typed", "c": "new"}
    assert updated["hash"] != view["hash"]


async def test_a_choice_that_is_no_longer_offered_is_dropped(
    client: AsyncWebClient, opened: Open, sandbox: Sandbox
) -> None:
    def menu(*values: str) -> Json:
        options = [option(value) for value in values]
        return modal(field("m", {"type": "static_select", "action_id": "menu", "options": options}))

    view = await opened(menu("a", "b"))
    held = sandbox.workspace.views.stack("U01ANA")[0].values["m"]
    held["menu"]["selected_option"] = option("b")
    kept = (await client.views_update(view_id=view["id"], view=menu("b", "c")))["view"]
    gone = (await client.views_update(view_id=view["id"], view=menu("c")))["view"]
    assert kept["state"]["values"]["m"]["menu"]["selected_option"] == option("b")
    assert gone["state"]["values"]["m"]["menu"]["selected_option"] is None


async def test_an_update_with_an_old_hash_is_a_conflict(client: AsyncWebClient, refused: Refused, opened: Open) -> None:
    view = await opened()
    await client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])
    late = client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])
    assert (await refused(late))["error"] == "hash_conflict"
    await client.views_update(view_id=view["id"], view=modal())


async def test_a_closed_view_is_not_found(
    client: AsyncWebClient, refused: Refused, opened: Open, person: Person
) -> None:
    view = await opened()
    await person.do("close", user="ana")
    assert (await refused(client.views_update(view_id=view["id"], view=modal())))["error"] == "not_found"


async def test_a_view_is_found_by_the_name_its_app_gave_it(
    client: AsyncWebClient, refused: Refused, opened: Open, trigger: Trigger
) -> None:
    view = await opened(modal(external_id="mine"))
    updated = await client.views_update(external_id="mine", view=modal(external_id="mine", callback_id="other"))
    assert (updated["view"]["id"], updated["view"]["callback_id"]) == (view["id"], "other")
    twice = client.views_push(trigger_id=trigger(), view=modal(external_id="mine"))
    assert (await refused(twice))["error"] == "duplicate_external_id"
    missing = await refused(client.api_call("views.update", json={"view": modal()}))
    assert missing["error"] == "invalid_arguments"


async def test_initial_values_are_in_the_state_from_the_beginning(opened: Open) -> None:
    elements = {
        "text": text_input(initial_value="hi"),
        "menu": {"type": "static_select", "options": [option("a")], "initial_option": option("a")},
        "boxes": {"type": "checkboxes", "options": [option("a"), option("b")], "initial_options": [option("b")]},
        "people": {"type": "multi_users_select", "initial_users": ["U01ANA"]},
        "day": {"type": "datepicker", "initial_date": "2026-03-06"},
        "time": {"type": "timepicker", "initial_time": "16:30", "timezone": "Europe/Berlin"},
        "moment": {"type": "datetimepicker", "initial_date_time": 1772809200},
        "empty": {"type": "multi_static_select", "options": [option("a")]},
    }
    blocks = [field(name, {**element, "action_id": "it"}) for name, element in elements.items()]
    values = (await opened(modal(*blocks)))["state"]["values"]
    assert {name: held["it"] for name, held in values.items()} == {
        "text": {"type": "plain_text_input", "value": "hi"},
        "menu": {"type": "static_select", "selected_option": option("a")},
        "boxes": {"type": "checkboxes", "selected_options": [option("b")]},
        "people": {"type": "multi_users_select", "selected_users": ["U01ANA"]},
        "day": {"type": "datepicker", "selected_date": "2026-03-06"},
        "time": {"type": "timepicker", "selected_time": "16:30", "timezone": "Europe/Berlin"},
        "moment": {"type": "datetimepicker", "selected_date_time": 1772809200},
        "empty": {"type": "multi_static_select", "selected_options": []},
    }


async def test_opening_a_modal_replaces_what_was_open(opened: Open, person: Person) -> None:
    await opened()
    second = await opened()
    assert [view["id"] for view in (await person.look("views", user="ana"))["views"]] == [second["id"]]


async def test_a_home_tab_is_published_for_one_person(client: AsyncWebClient, refused: Refused, person: Person) -> None:
    view = (await client.views_publish(user_id="U01ANA", view=home()))["view"]
    assert (await person.look("home", user="ana"))["view"]["id"] == view["id"]
    again = (await client.views_publish(user_id="U01ANA", view=home(), hash=view["hash"]))["view"]
    assert (again["id"], again["hash"] == view["hash"]) == (view["id"], False)
    late = client.views_publish(user_id="U01ANA", view=home(), hash=view["hash"])
    assert (await refused(late))["error"] == "hash_conflict"
    nobody = await refused(client.views_publish(user_id="U404", view=home()))
    assert nobody["response_metadata"]["messages"] == ["[ERROR] invalid `user_id`"]


async def test_a_home_tab_can_be_updated_by_id(client: AsyncWebClient, person: Person) -> None:
    view = (await client.views_publish(user_id="U01ANA", view=home()))["view"]
    await client.views_update(view_id=view["id"], view=home(actions(button())))
    assert (await person.look("home", user="ana"))["view"]["blocks"][0]["type"] == "actions"


async def test_a_modal_is_not_published_and_a_home_tab_not_opened(
    client: AsyncWebClient, refused: Refused, trigger: Trigger
) -> None:
    assert (await refused(client.views_publish(user_id="U01ANA", view=modal())))["error"] == "invalid_arguments"
    assert (await refused(client.views_open(trigger_id=trigger(), view=home())))["error"] == "invalid_arguments"


class TestWithoutAHomeTab:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(home_tab=False)

    async def test_nothing_can_be_published(self, client: AsyncWebClient, refused: Refused) -> None:
        assert (await refused(client.views_publish(user_id="U01ANA", view=home())))["error"] == "not_enabled"
