"""Instances of rows that were read past the ORM's session, which takes half the time and any statement."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session, make_transient_to_detached

from bot.models.base import Base

M = TypeVar("M", bound=Base)


def table_of(model: type[Base]) -> Table:
    """Return the table of a model."""
    return cast("Table", model.__table__)


@cache
def keys(model: type[Base]) -> tuple[str, ...]:
    """Return the attribute of each column, in the table's order."""
    return tuple(model.__mapper__.get_property_by_column(column).key for column in table_of(model).columns)


def made(model: type[M], values: Sequence[object]) -> M:
    """Return an instance with these values of its table's columns, in their order. No session knows it."""
    instance = model.__mapper__.class_manager.new_instance()
    instance.__dict__.update(zip(keys(model), values, strict=False))
    return cast("M", instance)


def loaded(session: Session, model: type[M], values: Sequence[object]) -> M:
    """Return the session's instance of a row, as if the session had read it.

    One that the session has already stays as it is: it may have been changed.
    """
    instance = made(model, values)
    known = session.identity_map.get(model.__mapper__.identity_key_from_instance(instance))
    if known is not None:
        return cast("M", known)
    make_transient_to_detached(instance)
    session.add(instance)
    return instance
