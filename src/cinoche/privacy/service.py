"""The use cases of privacy: a pseudonym for each profile, texts sealed under its key, export and erasure.

How an erased person stays erased although every process keeps pseudonyms in memory: an erasure first closes the
person, so that no process looks the pseudonym up again; then it waits until what they keep in memory has expired; only
then does it erase what each holder has, and destroys the key last. Sealing never trusts the memory: it reads the key
anew, and fails when it is gone.
"""

import base64
import binascii
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import NotFound
from cinoche.kit.ids import keyed_id, random_id
from cinoche.kit.personal import PersonalData, Subject
from cinoche.privacy.models import Person
from cinoche.privacy.ports import Persons

ACCOUNT_SCOPE: Final = "account"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SEALED: Final = "sealed:1:"
"""How a sealed text begins: so that an export finds it, and a later way of sealing can tell it apart."""

MAX_CACHED: Final = 100_000


class Privacy:
    """Pseudonyms, their keys, and the rights of those behind them."""

    def __init__(
        self,
        persons: Persons,
        holders: Sequence[PersonalData] = (),
        last: Sequence[PersonalData] = (),
        *,
        clock: Clock = system_clock,
        cache_s: float = 1.0,
        timer: Clock = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """``holders`` are all the others that hold personal data, in the order in which they erase.

        ``last`` erase after the person's key is gone: what they hold is what an erasure cut short is found again by.

        ``timer`` and ``wait`` measure and spend the ``cache_s`` seconds for which pseudonyms are kept in memory.
        """
        self._persons = persons
        self._holders = tuple(holders)
        self._last = tuple(last)
        self._clock = clock
        self._cache_s = cache_s
        self._timer = timer
        self._wait = wait
        self._pseudonyms: dict[str, tuple[str, float]] = {}
        self._keys: dict[str, tuple[bytes, float]] = {}

    @property
    def holders(self) -> Sequence[PersonalData]:
        """Everything that holds personal data, in the order of erasing: the table of persons nearly last."""
        return (*self._holders, self._persons, *self._last)

    def pseudonym(self, profile_id: str, *, scope: str = ACCOUNT_SCOPE) -> str:
        """Tell the profile's pseudonym, drawing one on first use; raises NotFound once its erasure has begun."""
        cached = self._pseudonyms.get(profile_id)
        now = self._timer()
        if cached and now < cached[1]:
            return cached[0]
        person = self._persons.by_profile([profile_id]).get(profile_id)
        if person is None:
            person = self._persons.add_missing([self._draw(profile_id, scope)])[profile_id]
        if person.closed_at is not None:
            raise _gone()
        _keep(self._pseudonyms, profile_id, person.pseudonym, now + self._cache_s)
        return person.pseudonym

    def find(self, profile_id: str) -> str | None:
        """Tell the profile's pseudonym where it has one, even while it is being erased; nothing is drawn."""
        person = self._persons.by_profile([profile_id]).get(profile_id)
        return None if person is None else person.pseudonym

    def pseudonyms(self, profile_ids: Sequence[str], *, scope: str) -> dict[str, str]:
        """Tell many pseudonyms at once; those missing are drawn and added in one transaction."""
        unique = list(dict.fromkeys(profile_ids))
        known = dict(self._persons.by_profile(unique))
        missing = [self._draw(profile_id, scope) for profile_id in unique if profile_id not in known]
        if missing:
            known |= self._persons.add_missing(missing)
        return {profile_id: known[profile_id].pseudonym for profile_id in unique}

    def seal(self, pseudonym: str, text: str) -> str:
        """Encrypt a text under the person's key (AES-256-GCM), read anew; raises NotFound when the key is gone."""
        person = self._persons.by_pseudonym(pseudonym)
        if person is None or person.closed_at is not None:
            raise _gone()
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = _cipher(person.data_key).encrypt(nonce, text.encode(), pseudonym.encode())
        return SEALED + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")

    def unseal(self, pseudonym: str, token: str) -> str | None:
        """Read a sealed text; None when nobody can any more: the key is gone, or it was sealed for somebody else."""
        from cryptography.exceptions import InvalidTag

        key = self._key(pseudonym)
        if key is None or not token.startswith(SEALED):
            return None
        try:
            raw = base64.urlsafe_b64decode(token.removeprefix(SEALED))
            text: bytes = _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], pseudonym.encode())
        except (InvalidTag, binascii.Error, ValueError):
            return None
        return text.decode()

    def keyed_id(self, pseudonym: str, *parts: str) -> str:
        """Derive an id from these parts that only the person's key ties to them; the same parts give the same id."""
        key = self._key(pseudonym)
        if key is None:
            raise _gone()
        return keyed_id(key, *parts)

    def export(self, subject: Subject) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield everything that any holder knows of the person, with its holder's name; sealed texts are readable."""
        whole = self._whole(subject)
        for holder in self.holders:
            for record in holder.export(whole):
                yield holder.holder, self._readable(record, whole.pseudonym)

    def erase(self, subject: Subject) -> dict[str, int]:
        """Erase the person from every holder and tell how much each had; begun again after a failure, it goes on."""
        whole = self._whole(subject)
        if whole.pseudonym:
            self._persons.close(whole.pseudonym, self._clock())
            self._wait(self._cache_s)
        erased = {holder.holder: holder.erase(whole) for holder in self.holders}
        self._pseudonyms.pop(whole.profile_id or "", None)
        self._keys.pop(whole.pseudonym or "", None)
        return erased

    def _draw(self, profile_id: str, scope: str) -> Person:
        return Person(random_id(), profile_id, scope, secrets.token_bytes(KEY_BYTES), self._clock())

    def _key(self, pseudonym: str) -> bytes | None:
        cached = self._keys.get(pseudonym)
        now = self._timer()
        if cached and now < cached[1]:
            return cached[0]
        person = self._persons.by_pseudonym(pseudonym)
        if person is None:
            self._keys.pop(pseudonym, None)
            return None
        _keep(self._keys, pseudonym, person.data_key, now + self._cache_s)
        return person.data_key

    def _whole(self, subject: Subject) -> Subject:
        person = None
        if subject.profile_id:
            person = self._persons.by_profile([subject.profile_id]).get(subject.profile_id)
        elif subject.pseudonym:
            person = self._persons.by_pseudonym(subject.pseudonym)
        if person is None:
            return subject
        return replace(subject, profile_id=person.profile_id, pseudonym=person.pseudonym)

    def _readable(self, value: Any, pseudonym: str | None) -> Any:
        if isinstance(value, Mapping):
            return {name: self._readable(each, pseudonym) for name, each in value.items()}
        if pseudonym and isinstance(value, str) and value.startswith(SEALED):
            text = self.unseal(pseudonym, value)
            return value if text is None else text
        return value


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _keep(cache: dict[str, tuple[Any, float]], name: str, value: Any, until: float) -> None:
    if len(cache) >= MAX_CACHED:
        cache.clear()
    cache[name] = (value, until)


def _gone() -> NotFound:
    return NotFound("this person was erased, or never was here.", where="privacy")
