"""The events an app may subscribe to: those the sandbox sends, and those it never sends."""

SCOPES: dict[str, frozenset[str]] = {
    name: frozenset(scopes.split())
    for name, scopes in {
        "agent_session_stopped": "chat:write",
        "agent_session_title_changed": "chat:write",
        "app_context_changed": "assistant:write",
        "app_home_opened": "",
        "app_mention": "app_mentions:read",
        "assistant_thread_context_changed": "",
        "assistant_thread_started": "",
        "channel_archive": "channels:read",
        "channel_created": "channels:read",
        "channel_deleted": "channels:read",
        "channel_left": "channels:read",
        "channel_rename": "channels:read",
        "channel_shared": "channels:read groups:read",
        "channel_unshared": "channels:read groups:read",
        "channel_unarchive": "channels:read",
        "file_change": "files:read",
        "file_created": "files:read",
        "file_deleted": "files:read",
        "file_shared": "files:read",
        "function_executed": "",
        "group_archive": "groups:read",
        "group_deleted": "groups:read",
        "group_left": "groups:read",
        "group_rename": "groups:read",
        "group_unarchive": "groups:read",
        "link_shared": "links:read",
        "member_joined_channel": "channels:read groups:read mpim:read",
        "member_left_channel": "channels:read groups:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "message_metadata_deleted": "metadata.message:read",
        "message_metadata_posted": "metadata.message:read",
        "message_metadata_updated": "metadata.message:read",
        "pin_added": "pins:read",
        "pin_removed": "pins:read",
        "reaction_added": "reactions:read",
        "reaction_removed": "reactions:read",
        "shared_channel_invite_accepted": "",
        "shared_channel_invite_approved": "",
        "shared_channel_invite_declined": "",
        "shared_channel_invite_requested": "",
        "subteam_created": "usergroups:read",
        "subteam_members_changed": "usergroups:read",
        "subteam_updated": "usergroups:read",
        "tokens_revoked": "",
        "user_change": "users:read",
    }.items()
}
"""The events the sandbox sends, each with the scopes that allow it; a test compares them with Slack's reference."""

_OTHERS = """
app_deleted app_installed app_uninstalled app_uninstalled_team call_rejected channel_history_changed
channel_id_changed channel_posting_permissions dnd_updated dnd_updated_user email_domain_changed
emoji_changed entity_comments_requested entity_details_requested file_comment_added file_comment_deleted
file_comment_edited file_public file_unshared grid_migration_finished grid_migration_started group_close
group_history_changed group_open im_close im_created im_history_changed im_open invite_requested message
message.app_home message_stream_stopped shared_channel_invite_received star_added star_removed subteam_self_added
subteam_self_removed team_access_granted team_access_revoked team_domain_change team_join team_rename
user_connection user_huddle_changed user_profile_changed user_status_changed workflow_deleted workflow_published
workflow_step_deleted workflow_step_execute workflow_unpublished
"""

NEVER_SENT = frozenset(_OTHERS.split())
"""Slack's events that the sandbox never sends, because what they report does not happen in it."""

KNOWN = SCOPES.keys() | NEVER_SENT
"""Every event Slack accepts in a manifest's `bot_events` and `user_events`."""
