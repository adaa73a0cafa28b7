"""Assets and jobs as plain values: what the command line prints as JSON and the Studio's API answers."""

from collections.abc import Mapping
from typing import Any

from cinoche.kit.clock import to_rfc3339
from cinoche.playback.models import Asset
from cinoche.playback.work import Job


def asset_dict(asset: Asset, title_name: str) -> Mapping[str, Any]:
    """Give an asset as plain values."""
    return {
        "title_id": asset.title_id,
        "title_name": title_name,
        "asset_id": asset.asset_id,
        "state": asset.state.value,
        "duration_s": asset.duration_s,
        "heights": [each.height for each in asset.renditions],
        "audio": [each.language for each in asset.audio],
        "captions": [each.language for each in asset.text],
        "size_bytes": asset.size_bytes,
        "created_at": to_rfc3339(asset.created_at),
    }


def job_dict(job: Job, title_name: str) -> Mapping[str, Any]:
    """Give a job as plain values."""
    trouble = job.trouble
    return {
        "job_id": job.job_id,
        "title_id": job.title_id,
        "title_name": title_name,
        "file_name": job.file_name,
        "state": job.state.value,
        "stage": job.stage.value,
        "progress": round(job.progress, 4),
        "attempts": job.attempts,
        "trouble": trouble and {"message": trouble.message, "where": trouble.where, "remedy": trouble.remedy},
        "created_at": to_rfc3339(job.created_at),
        "started_at": _instant(job.started_at),
        "watchable_at": _instant(job.watchable_at),
        "ended_at": _instant(job.ended_at),
    }


def _instant(time_s: float | None) -> str | None:
    return None if time_s is None else to_rfc3339(time_s)
