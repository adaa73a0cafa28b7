"""The locks: each names what is installed by its contents, and no address that it must come from."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("web/package-lock.json", "tests/benchmarks/lighthouse-cli/package-lock.json")
REQUIREMENTS = sorted(path.name for path in (ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("name", PACKAGES)
def test_a_lock_of_npm_has_a_hash_for_every_package_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = {place: each for place, each in json.loads(text)["packages"].items() if place}
    assert len(packages) > 50
    assert [place for place, each in packages.items() if "integrity" not in each] == []
    assert "://" not in text


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_a_lock_of_pip_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
