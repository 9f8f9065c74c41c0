"""Files that an operator names: whatever they are, the answer comes soon and says what to do."""

import os
import threading
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.integrations import reading
from bot.integrations.reading import read_table, read_text

TEXT = "name: Société\ntitle: 株式会社\n"


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reading, "_PIPE_SECONDS", 0.2)
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_in_every_encoding_that_it_shows(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "own.yml").write_bytes(TEXT.encode(encoding))
    assert read_text(tmp_path / "own.yml") == TEXT


@pytest.mark.parametrize("content", ["name: own\ntitle: Société\n".encode("latin-1"), b"name: own\n\x00\xff\n"])
def test_a_text_in_another_encoding_is_named_with_its_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.yml"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_text(path)
    assert refused.value.problems == (f"Save {path} as UTF-8. Line 2 has a character that isn't.",)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev"])
@pytest.mark.parametrize("read", [read_table, read_text])
def test_a_device_and_a_folder_are_no_files(path: str, read: object) -> None:
    assert callable(read)
    with pytest.raises(BadInput, match=r"is a (device or a terminal|folder)\. Name a file\."):
        read(Path(path))


def test_a_pipe_that_nobody_writes_to_is_given_up(pipe: Path) -> None:
    with pytest.raises(BadInput, match=r"is a pipe that didn't end within 0 s\. Name a file\."):
        read_text(pipe)


def test_a_pipe_that_never_ends_is_given_up(pipe: Path) -> None:
    handle = os.open(pipe, os.O_RDWR)
    os.write(handle, b"name: own\n")
    with pytest.raises(BadInput, match="is a pipe that didn't end"):
        read_table(pipe)
    os.close(handle)


def test_a_pipe_is_read_to_its_end(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PIPE_SECONDS", 30.0)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"name\n" * 50_000,))
    writer.start()
    assert read_table(pipe) == b"name\n" * 50_000
    writer.join()


def test_what_is_too_long_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "accounts.csv"
    with path.open("wb") as file:
        file.truncate(1024**4)
    monkeypatch.setattr(reading, "_TABLE_LIMIT", reading.MEBIBYTE)
    with pytest.raises(BadInput, match=r"has more than 1 MiB\. Name a smaller file\."):
        read_table(path)


def test_a_file_that_is_gone_or_hidden_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none can't be read: no such file or directory\."):
        read_table(tmp_path / "none")
