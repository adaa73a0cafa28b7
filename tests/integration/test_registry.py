"""From the command line: a training that is judged, the way back, and lists that say which model made them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.benchmarks.serving import run
from tests.conftest import write_release

from cinoche.bootstrap import Services
from cinoche.jobs import imports, training
from cinoche.recommend import artefact, registry


def test_trainings_follow_a_file_of_parameters_and_stop_publishing_while_one_is_held(
    open_house: Callable[..., Services], tmp_path: Path
) -> None:
    services = open_house()
    imports.import_movielens(services, str(write_release(tmp_path / "tiny")))
    folder = services.settings.artefacts
    first = training.train(services, gate=True)
    assert (first.promoted, first.reason) == (True, "nothing was published before it")
    params = tmp_path / "params.json"
    params.write_text('{"hyper": {"ease": {"reg": 50.0}}}')
    training.choose_params(folder, params)
    second = training.train(services, only_if_needed=True, gate=True)
    assert second.trained
    assert second.promoted
    model = artefact.open_current(folder)
    assert model.manifest.recipe.families["ease"] == {"reg": 50.0}
    assert not training.train(services, only_if_needed=True).trained
    assert registry.rollback(folder) == first.version
    held = training.train(services, only_if_needed=True)
    assert not held.trained
    assert "held there" in held.lines()[0]
    third = training.train(services)
    assert (third.trained, third.promoted) == (True, False)
    assert artefact.current_version(folder) == first.version


@pytest.fixture
def trained(open_house: Callable[..., Services], tmp_path: Path) -> Path:
    services = open_house()
    imports.import_movielens(services, str(write_release(tmp_path / "tiny")))
    training.train(services)
    (tmp_path / "params.json").write_text('{"hyper": {"ease": {"reg": 50.0}}}')
    training.choose_params(services.settings.artefacts, tmp_path / "params.json")
    training.train(services)
    return services.settings.data_dir


def test_the_way_back_from_the_command_line(trained: Path) -> None:
    listed = run("model", "list", "--data", str(trained), "--json")
    newest, oldest = json.loads(listed.stdout)
    assert (newest["is_current"], oldest["is_current"]) == (True, False)
    back = run("model", "rollback", "--data", str(trained))
    assert back.returncode == 0
    assert oldest["version"] in back.stdout
    again = run("model", "rollback", "--data", str(trained))
    assert (again.returncode, again.stdout) == (4, "")
    assert "no version before" in again.stderr
    forth = run("model", "promote", newest["version"], "--data", str(trained))
    assert forth.returncode == 0
    lines = run("model", "list", "--data", str(trained)).stdout.splitlines()
    assert lines[0].startswith(f"* {newest['version']}")
    assert "promoted by hand" in lines[0]
    assert run("model", "promote", "nothing", "--data", str(trained)).returncode == 3
