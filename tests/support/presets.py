"""The shipped policies, by what they have."""

from typing import Final

from bot.policy.file.loading import PRESETS, preset

# The others have account programmes only: no categories, teams, verification, intake or patterns.
WITH_ISSUES: Final = tuple(name for name in PRESETS if preset(name).has_issues)
