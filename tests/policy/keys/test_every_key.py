"""No key of a policy is without an effect: for each, two policies that differ only in it can be told apart."""

import copy
import json
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from bot.policy.file.documents import read
from bot.policy.file.loading import load, preset_text
from bot.policy.model.rules import Policy
from tests.policy.keys.lives import lived
from tests.policy.keys.observers import OBSERVERS
from tests.policy.keys.samples import SAMPLES, Patch
from tests.support.databases import Sqlite


def parts(kind: Any, seen: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """Return every part that a policy may have, by name."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind.__name__ not in seen:
            seen[kind.__name__] = kind
            for field in kind.model_fields.values():
                parts(field.annotation, seen)
        return seen
    for inner in typing.get_args(kind):
        parts(inner, seen)
    return seen


def every_key() -> list[str]:
    return [f"{name}.{field}" for name, part in parts(Policy, {}).items() for field in part.model_fields]


def test_every_key_has_a_sample() -> None:
    assert [key for key in every_key() if key not in SAMPLES] == [], "write a sample: what does the key change?"
    assert [key for key in SAMPLES if key not in every_key()] == []


@cache
def _whole() -> dict[str, Any]:
    """Return the preset with what it extends, as plain data."""
    above = read(preset_text("sev"), "sev.yml")
    del above.data["extends"]
    return above.over(read(preset_text("catalogue"), "catalogue.yml")).data


def whole() -> dict[str, Any]:
    return copy.deepcopy(_whole())


def written(*patches: Patch) -> Policy:
    """Return the preset with patches: `$new` replaces a whole part, `$from` copies another."""
    document, before = whole(), whole()
    for patch in patches:
        for path, value in patch.items():
            *above, last = path.split(".")
            at = document
            for step in above:
                at = at.setdefault(step, {})
            if value is None:
                at.pop(last, None)
            else:
                at[last] = _resolved(value, before)
    return load(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False), "sample.yml")


def _resolved(value: Any, before: Mapping[str, Any]) -> Any:
    if not isinstance(value, dict):
        return value
    if "$from" in value:
        found: Any = before
        for step in value["$from"].split("."):
            found = found[step]
        return copy.deepcopy(found)
    return {key: _resolved(part, before) for key, part in value.get("$new", value).items()}


def differing(one: Any, other: Any, above: frozenset[str] = frozenset()) -> Iterator[frozenset[str]]:
    """Yield each difference of two policies as the keys that lead to it, each by the part it belongs to."""
    if one == other:
        return
    if isinstance(one, BaseModel) and type(one) is type(other):
        for name in type(one).model_fields:
            key = f"{type(one).__name__}.{name}"
            yield from differing(getattr(one, name), getattr(other, name), above | {key})
        return
    pairs = _pairs(one, other)
    for mine, theirs in pairs:
        yield from differing(mine, theirs, above)
    if not pairs:
        yield above


def _pairs(one: Any, other: Any) -> list[tuple[Any, Any]]:
    """Return the parts of two lists or mappings that stand in the same place; none if they have other places."""
    if isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
        one, other = tuple(one.values()), tuple(other.values())
    is_like = isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other)
    return list(zip(one, other, strict=True)) if is_like and _of_parts(one) else []


def _of_parts(values: Any) -> bool:
    return bool(values) and all(isinstance(value, BaseModel) for value in values)


PURE = [key for key, sample in SAMPLES.items() if sample.seen in OBSERVERS]
LIVED = [key for key, sample in SAMPLES.items() if sample.seen == "lived"]


def test_every_sample_is_looked_at() -> None:
    assert sorted({*PURE, *LIVED}) == sorted(SAMPLES)


@cache
def _observed(seen: str, patches: str) -> tuple[Policy, object]:
    """Return a policy and what is seen of it. Most samples have the preset itself on one side."""
    policy = written(*json.loads(patches))
    return policy, OBSERVERS[seen](policy)


@pytest.mark.parametrize("seen", OBSERVERS)
def test_an_observer_sees_the_same_twice(seen: str) -> None:
    assert OBSERVERS[seen](written()) == OBSERVERS[seen](written())


@pytest.mark.parametrize("key", PURE)
def test_two_policies_that_differ_only_in_a_key_can_be_told_apart(key: str) -> None:
    sample = SAMPLES[key]
    one, before = _observed(sample.seen, json.dumps([sample.common, sample.first]))
    other, after = _observed(sample.seen, json.dumps([sample.common, sample.then]))
    found = list(differing(one, other))
    assert found
    assert [keys for keys in found if keys.isdisjoint({key, *sample.also})] == [], "the sample changes something else"
    assert before != after, f"{key} has no effect on what is {sample.seen}"


@pytest.mark.parametrize("key", LIVED)
def test_two_lives_under_policies_that_differ_only_in_a_key_can_be_told_apart(
    key: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sample = SAMPLES[key]
    one, other = written(sample.common, sample.first), written(sample.common, sample.then)
    found = list(differing(one, other))
    assert found
    assert [keys for keys in found if keys.isdisjoint({key, *sample.also})] == [], "the sample changes something else"
    assert one == written(), "a life takes a while: one under the preset serves all samples"
    assert _lived(other, tmp_path_factory, folder) != _plain_life(tmp_path_factory, folder), f"{key} changes nothing"


def test_two_lives_under_one_policy_are_alike(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert _lived(written(), tmp_path_factory, folder) == _plain_life(tmp_path_factory, folder)


def _plain_life(places: pytest.TempPathFactory, folder: Path) -> object:
    if not _PLAIN_LIFE:
        _PLAIN_LIFE.append(_lived(written(), places, folder))
    return _PLAIN_LIFE[0]


_PLAIN_LIFE: list[object] = []


def _lived(policy: Policy, places: pytest.TempPathFactory, folder: Path) -> object:
    with Sqlite(places.mktemp("lives")).fresh() as url:
        return lived(policy, url, folder)
