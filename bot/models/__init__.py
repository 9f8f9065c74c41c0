"""The tables: rows and the facts they hold."""

from typing import Final

# The migration that produces these tables. It is stated here so that a program that only runs doesn't load migrations.
REVISION: Final = "0079"
