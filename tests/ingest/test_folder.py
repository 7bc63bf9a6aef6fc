"""Watched folders: what counts as a file to read."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.folder import list_files


def test_files_of_all_folders(tmp_path: Path) -> None:
    """Files of the folder and those within it, by name, with their size."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "b.txt").write_text("two")
    (tmp_path / "deep" / "a.pdf").write_text("one!")
    assert [("b.txt", 3), ("a.pdf", 4)] == [(file.path.name, file.size) for file in list_files(tmp_path)]


def test_what_is_left_alone(tmp_path: Path) -> None:
    """Links, pipes, hidden files and those under way are no documents; a missing folder has none."""
    (tmp_path / "real.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    for name in (".hidden.txt", "~$report.docx", "big.pdf.part"):
        (tmp_path / name).write_text("x")
    assert ["real.txt"] == [file.path.name for file in list_files(tmp_path)]
    assert [] == list(list_files(tmp_path / "nowhere"))


def test_name_that_is_no_text(tmp_path: Path) -> None:
    """A name of bytes that are no UTF-8 is a file like any other; its name is told with escapes."""
    os.close(os.open(os.fsencode(tmp_path) + b"/caf\xe9.txt", os.O_CREAT | os.O_WRONLY))
    (file,) = list_files(tmp_path)
    assert file.path.exists()
    assert file.name.endswith("/caf\\xe9.txt")
