"""Settings: defaults that need no server, and a refusal that names the variable."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cinoche.kit.errors import Invalid
from cinoche.settings import PREFIX, Settings, read_settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def test_the_defaults_need_no_server(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path)
    assert settings.database == f"sqlite:///{tmp_path / 'cinoche.db'}"
    assert settings.events == f"sqlite:///{tmp_path / 'events.db'}"
    assert settings.artefacts == tmp_path / "artefacts"
    assert settings.host == "127.0.0.1"
    assert not settings.commercial


def test_a_relative_folder_makes_absolute_addresses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings().database == f"sqlite:///{tmp_path / 'cinoche-data' / 'cinoche.db'}"


def test_the_environment_sets_and_an_argument_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINOCHE_PORT", "9000")
    monkeypatch.setenv("CINOCHE_DATABASE_URL", "sqlite:///elsewhere.db")
    monkeypatch.setenv("CINOCHE_NOBODY_KNOWS", "this")
    settings = read_settings()
    assert (settings.port, settings.database) == (9000, "sqlite:///elsewhere.db")
    assert read_settings(port=9001).port == 9001
    assert read_settings(port=None).port == 9000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "ninety"),
        ("port", "70000"),
        ("port", "-1"),
        ("workers", "0"),
        ("log_level", "loud"),
        ("commercial", "perhaps"),
        ("weight_liked", "2"),
        ("weight_liked", "nan"),
        ("train_every_s", "-1"),
        ("clock_tolerance_s", "nan"),
        ("session_days", "1.5"),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
    with pytest.raises(Invalid) as caught:
        read_settings()
    assert caught.value.where == f"CINOCHE_{name.upper()}"
    assert "docs/reference/settings.md" in str(caught.value)


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        read_settings().port = 1


def test_every_setting_says_what_it_is_for() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
