"""Erase profiles and accounts that leave, and finish the erasures that a crash or a full disk cut short."""

from contextlib import suppress

from cinoche.bootstrap import Services
from cinoche.kit.errors import Unavailable
from cinoche.kit.personal import Subject
from cinoche.kit.shred import shred


def erase_profile(services: Services, account_id: str, profile_id: str) -> None:
    """Erase all that is known of a profile, its row in accounts last; begun again after a failure, it goes on."""
    pseudonym = services.privacy.find(profile_id)
    services.privacy.erase(Subject(account_id=account_id, profile_id=profile_id, pseudonym=pseudonym))
    if pseudonym is not None:
        services.recommender.forget(pseudonym)


def erase_account(services: Services, account_id: str) -> None:
    """Erase an account that is on its way out: its profiles one by one, then itself; begun again, it goes on."""
    for owner_id, profile_id in services.accounts.leaving():
        if owner_id == account_id:
            _finish(services, account_id, profile_id)
    services.privacy.erase(Subject(account_id=account_id))
    with suppress(Unavailable):  # while somebody reads: the next checkpoint overwrites it
        shred(services.engine)


def resume(services: Services) -> int:
    """Finish what was cut short, and delete what is over: sessions, failures, play sessions; tell how many were cut."""
    leaving, closing = services.accounts.leaving(), services.accounts.closing()
    for account_id, profile_id in leaving:
        _finish(services, account_id, profile_id)
    for account_id in closing:
        erase_account(services, account_id)
    services.accounts.purge()
    services.play_sessions.purge()
    return len(leaving) + len(closing)


def _finish(services: Services, account_id: str, profile_id: str) -> None:
    erase_profile(services, account_id, profile_id)
    services.accounts.finish_leaving(profile_id)
