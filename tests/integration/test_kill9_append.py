from pathlib import Path

from tests.benchmarks.kill9 import kill_while_appending


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    outcome = kill_while_appending(f"sqlite:///{tmp_path}/events.db", rounds=4, seed=1, longest_s=0.4)
    assert outcome.acknowledged > 100
    assert (outcome.lost, outcome.repeated, outcome.torn_batches, outcome.gaps) == (0, 0, 0, 0)
    assert outcome.found >= outcome.acknowledged
