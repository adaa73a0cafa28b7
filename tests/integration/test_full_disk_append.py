import subprocess
import sys
from pathlib import Path

from cinoche.events.adapters.sqlite import SqliteEventLog

CHILD = """
import resource, sys
from cinoche.events.adapters.sqlite import SqliteEventLog
from cinoche.events.models import Event
from cinoche.kit.errors import Unavailable

def batch(turn):
    return [Event("disk", f"{turn}-{n}", "title.liked", f"p{n}", 1.0, {"title_id": "heat"}) for n in range(100)]

log = SqliteEventLog.open(sys.argv[1])
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
turn = 0
try:
    while turn < 1_000:
        log.append(batch(turn)).result(30)
        turn += 1
except Unavailable as error:
    print(error)
assert log.read(0, limit=10**6).offset == log.end() == turn * 100, (log.end(), turn)
try:
    log.append(batch(turn)).result(30)
except Unavailable:
    pass
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
log.append(batch(turn)).result(30)
log.append(batch(0)).result(30)
log.close()
print(turn)
"""


def test_a_full_disk_refuses_with_the_remedy_loses_nothing_and_works_again_when_there_is_room(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/events.db"
    child = subprocess.run([sys.executable, "-c", CHILD, url], capture_output=True, text=True, check=False, timeout=60)
    assert child.returncode == 0, child.stderr
    message, turns = child.stdout.splitlines()
    assert "disk" in message
    assert str(tmp_path) in message
    log = SqliteEventLog.open(url)
    assert log.end() == len(log.read(0, limit=10**6).events) == (int(turns) + 1) * 100
    log.close()
