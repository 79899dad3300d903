"""backproof works from any folder, whatever the files there are called."""

import subprocess
import sys

import pytest


@pytest.fixture
def stranger(tmp_path):
    """A folder whose own modules have the names of our rooms, and break when imported."""
    for name in ("scratch", "reference", "data", "parity_tests", "scripts/__init__", "scripts/cli"):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise ImportError('a stranger')")
    return tmp_path


def test_in_a_folder_with_our_rooms_names(stranger):
    # -c puts the folder itself first on the path, where the console command would not even look.
    code = "import sys\nfrom backproof.scripts.cli import run\nsys.exit(run(['parity', '--networks', '1']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=stranger, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "")
    assert "not drawn, so not checked" in done.stdout
