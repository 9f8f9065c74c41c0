"""Classifies Slack's responses: success, Permanent, Temporary, Ambiguous, or not from Slack at all.

Permanent is only an error that, by Slack's reference, retrying can't help. An unknown error code is retried, and a
person is informed. A response that is not Slack's own (a proxy's page, an empty or broken body) says nothing about what
happened: it is in doubt, like a lost response.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from bot.errors import Ambiguous, Blocked, OutsideError, Permanent, Temporary

NOT_SLACK: Final = "what answers is not Slack"
TOO_MANY: Final = 429
SERVER_ERROR: Final = 500
TOO_OFTEN: Final = frozenset(
    {"ratelimited", "rate_limited", "too_many_requests", "message_limit_exceeded", "accesslimited"}
)
LATER: Final = TOO_OFTEN | {
    "canvas_editing_locked",
    "external_channel_migrating",
    "fetch_members_failed",
    "service_unavailable",
    "streaming_state_conflict",
    "team_added_to_org",
}
# Slack's own words: the operation may have partly succeeded.
AMBIGUOUS: Final = frozenset({"fatal_error", "internal_error", "request_timeout", "update_failed"})
# Nothing will succeed until somebody supplies a valid token; what is queued must not be thrown away meanwhile.
TOKEN: Final = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
# Of these, what doesn't pass: the token is wrong, revoked or expired, or the app was removed. `not_authed` is what a
# proxy that drops headers gets.
REFUSED: Final = TOKEN - {"not_authed"}
REINSTALL: Final = "Install the app again on its page in Slack, set SLACK_BOT_TOKEN to the token it shows, and restart."
# About the channel: it does not exist, is not ours, or is closed.
_PLACE = frozenset(
    {
        "already_archived",
        "app_access_restricted",
        "app_cannot_join_channel",
        "cannot_create_channel",
        "cant_archive_general",
        "cant_archive_required",
        "channel_is_limited_access",
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
        "name_taken",
        "no_permission",
        "not_authorized",
        "not_in_channel",
        "permission_denied",
        "posting_to_channel_denied",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_not_found",
    }
)
# About a person.
_PERSON = frozenset(
    {
        "already_in_channel",
        "cannot_dm_bot",
        "cant_invite",
        "cant_invite_self",
        "invalid_user_combination",
        "invitee_cant_see_channel",
        "no_external_invite_permission",
        "org_user_not_in_team",
        "ura_max_channels",
        "user_disabled",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_not_found",
    }
)
# About a message, a pin, a bookmark or a view: it is gone, is already as requested, or may not be changed.
_THING = frozenset(
    {
        "already_pinned",
        "block_mismatch",
        "cant_update_message",
        "duplicate_external_id",
        "edit_window_closed",
        "exchanged_trigger_id",
        "expired_trigger_id",
        "hash_conflict",
        "invalid_trigger_id",
        "message_not_found",
        "not_enabled",
        "not_found",
        "not_pinnable",
        "too_many_bookmarks",
        "too_many_pins",
        "too_many_tabs",
    }
)
# About the arguments: they would be the same the next time.
_ASKED = frozenset(
    {
        "as_user_not_supported",
        "attachment_payload_limit_exceeded",
        "bad_timestamp",
        "cannot_reply_to_message",
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_bookmark_type",
        "invalid_cursor",
        "invalid_emoji",
        "invalid_form_data",
        "invalid_json",
        "invalid_limit",
        "invalid_link",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_name",
        "invalid_name_maxlength",
        "invalid_name_punctuation",
        "invalid_name_required",
        "invalid_name_specials",
        "invalid_post_type",
        "invalid_ts_latest",
        "invalid_ts_oldest",
        "invalid_types",
        "json_not_object",
        "markdown_text_conflict",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "missing_argument",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_channel",
        "no_item_specified",
        "no_text",
        "no_user",
        "not_enough_users",
        "too_long",
        "too_many_attachments",
        "too_many_users",
        "unknown_method",
        "users_list_not_supplied",
        "view_too_large",
    }
)
# About canvases and files: the plan or an admin doesn't allow them, or the document is gone.
_DOCUMENT = frozenset(
    {
        "canvas_creation_failed",
        "canvas_deleting_disabled",
        "canvas_disabled_file_team",
        "canvas_disabled_user_team",
        "canvas_editing_failed",
        "canvas_globally_disabled",
        "canvas_not_found",
        "canvas_too_large",
        "cant_delete_file",
        "delete_not_allowed",
        "file_deleted",
        "file_deleting_disabled",
        "file_not_found",
        "file_type_not_allowed",
        "file_upload_size_restricted",
        "file_uploads_disabled",
        "file_uploads_except_images_disabled",
        "free_team_canvas_tab_already_exists",
        "free_teams_cannot_create_non_tabbed_canvases",
        "free_teams_cannot_create_standalone_canvases",
        "free_teams_cannot_edit_standalone_canvases",
        "invalid_channel",
        "invalid_parameters",
        "not_visible",
        "slack_connect_canvas_sharing_blocked",
        "storage_limit_reached",
    }
)
# About the token: it is valid, but does not allow the call.
_RIGHTS = frozenset({"enterprise_is_restricted", "missing_scope", "not_allowed_token_type"})
PERMANENT: Final = _PLACE | _PERSON | _THING | _ASKED | _RIGHTS | _DOCUMENT
# Codes that are permanent for some methods only; for others they mean something that may pass.
PERMANENT_FOR: Final[Mapping[str, frozenset[str]]] = {
    "bookmarks.add": frozenset({"access_denied", "not_implemented"}),
    "bookmarks.edit": frozenset({"access_denied", "not_implemented"}),
    "bookmarks.list": frozenset({"access_denied", "not_implemented"}),
    "chat.unfurl": frozenset(
        {
            "cannot_find_channel",
            "cannot_find_message",
            "cannot_find_service",
            "cannot_parse_attachment",
            "cannot_unfurl_message",
            "cannot_unfurl_url",
            "invalid_source",
            "invalid_unfurl_id",
            "invalid_unfurls_format",
        }
    ),
    "views.publish": frozenset({"not_implemented"}),
}

_TOKEN_DELAY = timedelta(minutes=1)
# The longest wait we accept: Slack asks for seconds, but a proxy may ask for anything.
_LONGEST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT_OF_OTHERS = timedelta(minutes=1)
_WORD = re.compile(r"[a-z0-9][a-z0-9_.:-]{1,79}")


def is_good(status: int, answer: object) -> bool:
    """Return True if Slack did what was requested."""
    return status < SERVER_ERROR and isinstance(answer, dict) and answer.get("ok") is True


def of(method: str, status: int, headers: Mapping[str, str], answer: object, *, now: datetime) -> OutsideError:
    """Return the error for a response that is not a success."""
    word = _word_of(answer)
    wait = _retry_after(headers.get("Retry-After"), now)
    if status == TOO_MANY or word in TOO_OFTEN:
        most = _LONGEST_WAIT if word else _LONGEST_WAIT_OF_OTHERS
        return Temporary(method, word or "ratelimited", min(wait, most) if wait is not None else None)
    if status >= SERVER_ERROR:
        return Ambiguous(method, word or f"status {status}")
    if word is None:
        return Ambiguous(method, NOT_SLACK if status < 400 else f"{NOT_SLACK} (status {status})")  # noqa: PLR2004 - HTTP's
    if word in TOKEN:
        return Temporary(method, word, _TOKEN_DELAY)
    if word in AMBIGUOUS:
        return Ambiguous(method, word)
    if word in LATER:
        return Temporary(method, word)
    if word in PERMANENT or word in PERMANENT_FOR.get(method, ()):
        needed = answer.get("needed") if isinstance(answer, dict) and word == "missing_scope" else None
        return Permanent(method, f"{word} {needed}" if needed else word)
    return Blocked(method, word)


def _word_of(answer: object) -> str | None:
    """Return Slack's error code; None if the response is not an error from Slack."""
    if not isinstance(answer, dict) or answer.get("ok") is not False:
        return None
    word: Any = answer.get("error")
    return word if isinstance(word, str) and _WORD.fullmatch(word) else None


def _retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Parse the Retry-After header: seconds or an HTTP date. None if it is neither."""
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    if not math.isfinite(seconds) or seconds < 0:
        return None
    return timedelta(seconds=min(seconds, _LONGEST_WAIT.total_seconds()))
