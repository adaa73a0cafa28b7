import shutil
import subprocess
import sys

WORKER = """
import pathlib, sys
from cinoche.api.metrics import Metrics
metrics = Metrics(pathlib.Path(sys.argv[1]))
for _ in range(3):
    metrics.observe("GET", "/api/v1/me", 200, 0.01)
metrics.observe("PROPFIND", "unknown", 405, 0.01)
sys.stdout.buffer.write(metrics.scrape())
"""


def work(folder):
    done = subprocess.run([sys.executable, "-c", WORKER, str(folder)], capture_output=True, check=True, text=True)
    return done.stdout


def test_any_worker_tells_the_counts_of_all(tmp_path):
    folder = tmp_path / "metrics"
    count = 'cinoche_http_request_duration_seconds_count{method="GET",route="/api/v1/me",status="200"}'
    assert f"{count} 3.0" in work(folder)
    second = work(folder)
    assert f"{count} 6.0" in second
    assert 'method="other"' in second
    shutil.rmtree(folder)  # as the server does before it starts its workers
    assert f"{count} 3.0" in work(folder)
