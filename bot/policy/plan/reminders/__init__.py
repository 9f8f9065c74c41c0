"""Reminders: one file per kind, with its text, its due time and its recipients.

Files without `KIND` are shared by several kinds: `case_review_turns`, `clocks` and `promised`. `reminder` is what a
kind is made of, and `registry` names all of them.
"""
