"""Erase profiles that leave, and finish the erasures that a crash or a full disk cut short."""

from cinoche.bootstrap import Services
from cinoche.kit.personal import Subject


def erase_profile(services: Services, account_id: str, profile_id: str) -> None:
    """Erase all that is known of a profile, its row in accounts last; begun again after a failure, it goes on."""
    pseudonym = services.privacy.find(profile_id)
    services.privacy.erase(Subject(account_id=account_id, profile_id=profile_id, pseudonym=pseudonym))
    if pseudonym is not None:
        services.recommender.forget(pseudonym)


def resume(services: Services) -> int:
    """Finish what was cut short, and delete sessions and failed sign-ins that are over; tell how many were finished."""
    leaving = services.accounts.leaving()
    for account_id, profile_id in leaving:
        erase_profile(services, account_id, profile_id)
        services.accounts.finish_leaving(profile_id)
    services.accounts.purge()
    return len(leaving)
