"""Promises that only show when something goes wrong: erasures end, the demo's password stays, licences hold."""

import io
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cinoche.asgi import DEMO_PASSWORD, prepare
from cinoche.bootstrap import Services, recommend_offline
from cinoche.jobs.doctor import examine
from cinoche.jobs.erasure import erase_profile, resume
from cinoche.kit import telemetry
from cinoche.kit.errors import Forbidden, Unavailable
from cinoche.kit.progress import silent_bars
from cinoche.privacy.adapters.sql import SqlPersons
from cinoche.settings import read_settings


def test_an_erasure_cut_short_before_the_key_is_finished_by_the_follower(
    open_house: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = open_house()
    account = services.accounts.sign_up("ada@example.org", "a long enough password")
    child = services.accounts.add_profile(account.account_id, name="Byron")
    services.privacy.pseudonym(child.profile_id)

    def fail(*_: object) -> int:
        raise Unavailable("the disk is full.")

    services.accounts.start_leaving(account.account_id, child.profile_id)
    with monkeypatch.context() as broken:
        broken.setattr(SqlPersons, "erase", fail)
        with pytest.raises(Unavailable):
            erase_profile(services, account.account_id, child.profile_id)
    assert services.accounts.leaving() == [(account.account_id, child.profile_id)]
    assert resume(services) == 1
    assert services.accounts.leaving() == []
    assert services.privacy.find(child.profile_id) is None


def test_the_public_password_is_never_served_beyond_this_machine(open_house: Callable[..., Services]) -> None:
    services = open_house()
    services.accounts.ensure_demo(DEMO_PASSWORD)
    settings = read_settings(data_dir=services.settings.data_dir, host="0.0.0.0")
    with pytest.raises(Forbidden, match="public password"):
        prepare(settings, demo_password=None, bars=silent_bars)
    services.accounts.ensure_demo("another password of ours")
    prepare(settings, demo_password=None, bars=silent_bars)


def test_a_model_of_non_commercial_sources_answers_nobody_in_commercial_mode(
    house: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recommend_offline(house.settings.data_dir, ["Alien"], n=1).items
    monkeypatch.setenv("CINOCHE_COMMERCIAL", "true")
    with pytest.raises(Forbidden):
        recommend_offline(house.settings.data_dir, ["Alien"], n=1)


def test_the_doctor_misses_a_lost_log_and_makes_no_new_one(house: Services, tmp_path: Path) -> None:
    folder = tmp_path / "half"
    folder.mkdir()
    (folder / "cinoche.db").write_bytes((house.settings.data_dir / "cinoche.db").read_bytes())
    report = examine(read_settings(data_dir=folder, port=0))
    assert not report.is_healthy
    assert not (folder / "events.db").exists()


WITHOUT_NAMESPACES = """
import ctypes, os, sys
kernel = ctypes.CDLL(None, use_errno=True)
me = os.geteuid()
if kernel.unshare(0x10000000):
    raise SystemExit(77)
open("/proc/self/uid_map", "w").write(f"0 {me} 1")
open("/proc/sys/user/max_net_namespaces", "w").write("0")
from pathlib import Path
from cinoche.jobs.doctor import examine
from cinoche.settings import read_settings
for finding in examine(read_settings(data_dir=Path(sys.argv[1]), port=0)).findings:
    print(finding.what, finding.is_well, finding.is_fatal, sep="|")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_the_doctor_says_when_programs_cannot_be_shut_off_from_the_network(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NAMESPACES, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("this kernel has no namespaces at all")
    assert done.returncode == 0, done.stderr
    assert "programs that read films|False|False" in done.stdout.splitlines()


def test_the_text_of_an_error_is_in_no_log_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        telemetry.configure("json")
        try:
            raise ValueError("who is jane@example.org")
        except ValueError:
            logging.getLogger("asyncio").exception("a task broke")
    telemetry.configure("console")
    assert "a task broke" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert "jane" not in written.getvalue()
