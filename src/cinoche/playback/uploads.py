"""Films that come in pieces (tus): each piece is on the disk before it is acknowledged, and a cut is taken up again."""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from cinoche.kit.ids import random_id
from cinoche.kit.text import printable
from cinoche.playback.adapters.files import trouble_of
from cinoche.playback.service import Media
from cinoche.playback.work import Job, Upload, Wish

EXTENSIONS: Final = frozenset(
    ("mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "m2ts", "mts", "mpg", "mpeg", "flv", "wmv", "ogv", "mxf", "3gp")
)
KEPT_S: Final = DAY_S
"""For how long an upload to which nothing comes is kept."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ROOM: Final = 2.0
"""What a film takes while it is made playable: itself, and its encodings."""


class Uploads:
    """The films that are coming in; ``largest`` is how many bytes one may have."""

    def __init__(self, media: Media, *, largest: int) -> None:
        self._media = media
        self.largest = largest

    def begin(self, title_id: str, file_name: str, size: int, sha256: str | None = None) -> Upload:
        """Begin an upload. Raises Invalid, TooLarge, Conflict (the title is being worked on), Unavailable (no room)."""
        name = printable(file_name.replace("\\", "/").rpartition("/")[2].strip())[-255:]
        extension = name.rpartition(".")[2].lower()
        if extension not in EXTENSIONS:
            raise Invalid(
                f"a film is not named {name[-60:]!r}.",
                where="Upload-Metadata.filename",
                remedy=f"Send a file that ends in one of: {', '.join(sorted(EXTENSIONS))}.",
            )
        if size <= 0:
            raise Invalid("the file is empty.", where="Upload-Length", remedy="Choose another file.")
        if size > self.largest:
            raise TooLarge(
                f"the file has {size:,} bytes; {self.largest:,} are accepted.",
                where="Upload-Length",
                remedy="Send a smaller one, or have the operator raise CINOCHE_UPLOAD_GB.",
            )
        if sha256 is not None and not _SHA256.fullmatch(sha256):
            raise Invalid("this is no SHA-256.", where="Upload-Metadata.sha256", remedy="Write it as 64 hex digits.")
        other = self._media.active_job(title_id)
        if other is not None:
            raise Conflict(
                f"job {other.job_id} ({other.file_name}) is already working on this title.",
                where="Upload-Metadata.title_id",
                remedy="Wait for it, or cancel it first.",
            )
        upload = Upload(random_id(), title_id, name, size, sha256, self._media.clock())
        self._make(upload)
        self._media.tables.add_upload(upload)
        return upload

    def get(self, upload_id: str) -> tuple[Upload, int]:
        """Get an upload, and how many of its bytes are here: all of them once it is a job; raises NotFound."""
        upload = self._media.tables.find_upload(upload_id)
        if upload is None:
            raise NotFound("there is no such upload (any more).", where="upload_id", remedy="Begin it anew.")
        if self.job_of(upload_id) is not None:
            return upload, upload.size_bytes
        path = self._path(upload_id)
        return upload, path.stat().st_size if path.exists() else 0

    def job_of(self, upload_id: str) -> Job | None:
        """Find the job that an upload became: it bears the upload's id."""
        return self._media.tables.find_job(upload_id)

    @contextmanager
    def writing(self, upload_id: str, offset: int) -> Iterator[Callable[[bytes], None]]:
        """Open an upload, and give what writes at its end; what was written is on the disk when the block is over.

        Raises Conflict when its end is elsewhere or another writes now, TooLarge when more comes than was announced.
        """
        upload, _ = self.get(upload_id)
        try:
            with open(self._path(upload_id), "ab", opener=_only_what_is_there) as file:
                self._take(file)
                here = os.fstat(file.fileno()).st_size
                if here != offset:
                    raise Conflict(
                        f"{here:,} bytes are here; this piece begins at {offset:,}.",
                        where="Upload-Offset",
                        remedy="HEAD tells where to go on.",
                    )
                try:
                    yield _writer(file, upload.size_bytes - here)
                finally:
                    file.flush()
                    os.fsync(file.fileno())
        except FileNotFoundError as error:
            raise Conflict(
                "another request has finished it, or given it up.",
                where="Upload-Offset",
                remedy="HEAD tells what became of it.",
            ) from error
        except OSError as error:
            raise trouble_of(error, self._path(upload_id)) from error
        self._media.tables.touch_upload(upload_id, self._media.clock())

    def finish(self, upload_id: str) -> Job | None:
        """Make a job of an upload that is whole, or find the one made before; None while it is not whole.

        Its row stays for as long as a client may ask what became of it. Raises Conflict when its title is being worked
        on, and Invalid when it is not what was meant.
        """
        upload, here = self.get(upload_id)
        if here < upload.size_bytes:
            return None
        there = self.job_of(upload_id)
        if there is not None:
            return there
        if upload.sha256 is not None and self._digest(upload_id) != upload.sha256:
            self.remove(upload_id)
            raise Invalid(
                "what came is not what was sent: its SHA-256 is another.",
                where="Upload-Metadata.sha256",
                remedy="Begin the upload anew.",
            )
        folder = self._media.folder_of(upload_id)
        folder.mkdir(parents=True, exist_ok=True)
        wish = Wish(source=str(folder / "source"), is_ours=True)
        bring = (self._path(upload_id), folder / "source")
        try:
            return self._media.enqueue(upload.title_id, upload.file_name, wish, job_id=upload_id, bring=bring)
        except Conflict:
            there = self.job_of(upload_id)  # another request may have been faster with this very upload
            if there is None:
                raise
            return there

    def remove(self, upload_id: str) -> None:
        """Give an upload up. Raises NotFound, and Conflict when it is a job already."""
        job = self.job_of(upload_id)
        if job is not None:
            raise Conflict(
                f"it came whole, and job {job.job_id} is made of it.", where="upload_id", remedy="Cancel the job."
            )
        self._path(upload_id).unlink(missing_ok=True)
        if not self._media.tables.drop_upload(upload_id):
            raise NotFound("there is no such upload (any more).", where="upload_id", remedy="It may be gone already.")

    def tidy(self) -> None:
        """Remove uploads to which nothing came for a day."""
        for upload_id in self._media.tables.stale_uploads(self._media.clock() - KEPT_S):
            self._path(upload_id).unlink(missing_ok=True)
            self._media.tables.drop_upload(upload_id)

    def _make(self, upload: Upload) -> None:
        folder = self._media.incoming
        try:
            folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder).free
            needed = _ROOM * upload.size_bytes + self._media.tables.pending_bytes()
            if free < needed:
                raise Unavailable(
                    f"there is no room for it: {free / 1e9:.1f} GB are free, {needed / 1e9:.1f} GB would be needed.",
                    where="Upload-Length",
                    remedy="Make room on the disk of the media, or send a smaller file.",
                )
            self._path(upload.upload_id).touch(mode=0o600)
        except OSError as error:
            raise trouble_of(error, folder) from error

    def _path(self, upload_id: str) -> Path:
        if not re.fullmatch(r"[a-z0-9]{1,64}", upload_id):
            raise NotFound("there is no such upload (any more).", where="upload_id", remedy="Begin it anew.")
        return self._media.incoming / upload_id

    def _digest(self, upload_id: str) -> str:
        with self._path(upload_id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _take(self, file: BinaryIO) -> None:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "another piece of it is coming just now.", where="Upload-Offset", remedy="Send one piece after another."
            ) from error


def _only_what_is_there(path: str, flags: int) -> int:
    """Open a file to write to it, and make none where it is gone: nobody would ever take that away."""
    return os.open(path, flags & ~os.O_CREAT)


def _writer(file: BinaryIO, room: int) -> Callable[[bytes], None]:
    left = room

    def write(data: bytes) -> None:
        nonlocal left
        if len(data) > left:
            raise TooLarge(
                "more came than was announced.", where="Upload-Length", remedy="Begin anew with the right size."
            )
        file.write(data)
        left -= len(data)

    return write
