"""Every folder of the program and of the sandbox travels in the package that `pip install` makes."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_folder_with_a_file_in_it_is_named_as_a_package() -> None:
    """A folder that isn't named is left out, and installing warns about it at length."""
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for part in ("bot", "sandbox")
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    migrations = {"bot.migrations", "bot.migrations.versions"}
    assert there | migrations == set(named)


def test_what_draws_charts_is_an_extra_that_tests_and_the_image_have() -> None:
    held = {path.name: path.read_text("utf-8") for path in ROOT.glob("requirements*.txt")}
    assert "matplotlib==" not in held["requirements.txt"], "the bot starts and works without it"
    assert "matplotlib==" in held["requirements-dev.txt"]
    assert set(_pinned(held["requirements.txt"])) <= set(_pinned(held["requirements-charts.txt"]))
    assert set(_pinned(held["requirements-charts.txt"])) <= set(_pinned(held["requirements-dev.txt"]))
    assert "ARG REQUIREMENTS=requirements-charts.txt" in (ROOT / "Dockerfile").read_text("utf-8")


def _pinned(requirements: str) -> list[str]:
    return [line for line in requirements.splitlines() if "==" in line]
