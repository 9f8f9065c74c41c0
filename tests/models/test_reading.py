"""Values read from a column are checked against what its model says."""

import pkgutil
import typing
from importlib import import_module

from sqlalchemy.orm import Mapped

import bot.models
from bot.models.base import Base, JsonType
from bot.models.json_shapes import SHAPES
from bot.models.reading import python_type

# All tables are there only when all models are loaded, and nothing else may have loaded them if this file runs alone.
for _module in pkgutil.iter_modules(bot.models.__path__):
    import_module(f"{bot.models.__name__}.{_module.name}")


def test_json_columns_are_held_to_the_lists_or_mappings_that_their_models_name() -> None:
    found = 0
    for mapper in Base.registry.mappers:
        hints = typing.get_type_hints(mapper.class_)
        for attribute in mapper.column_attrs:
            column = attribute.columns[0]
            if isinstance(column.type, JsonType) and typing.get_origin(hints[attribute.key]) is Mapped:
                (held,) = typing.get_args(hints[attribute.key])
                kinds = {typing.get_origin(one) or one for one in (held, *typing.get_args(held))}
                assert any(issubclass(python_type(column), kind) for kind in kinds if isinstance(kind, type)), (
                    f"{mapper.class_.__name__}.{attribute.key}"
                )
                found += 1
    assert found > 10


def test_every_json_column_has_a_shape() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JsonType)
    }
    assert columns == SHAPES.keys()
