"""Reminders: one file per kind, with its text, its due time and its recipients.

Files without `KIND` are shared by several kinds: `case_review_turns`, `clocks` and `promised`. `update_missed` is
the page that follows the reminders of an update. `reminder` is what a kind is made of, and `registry` names all kinds.
"""
