"""What the package installs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_wheel_holds_four_packages_and_their_data(tmp_path: Path) -> None:
    """Three generic names and the product's, ever; data and models travel along, what they are made from does not."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert {"ingest", "nlp", "store", "orewire"} == folders
    tracked = subprocess.run(
        ["git", "ls-files", "ingest", "nlp", "store", "orewire"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    wanted = {name for name in tracked.stdout.split() if not name.startswith(("nlp/training/", "store/training/"))}
    assert not wanted - set(names)
