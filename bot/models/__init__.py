"""The tables: rows, their facts and their named queries; nothing else."""

from typing import Final

# The migration that ends at these tables. Known here, no program that only runs has to load the migrations.
REVISION: Final = "0016"
