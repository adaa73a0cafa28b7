"""Routes of accounts, sessions and profiles. What hashes a password, or writes, runs in a thread."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from cinoche.accounts.service import csrf_token
from cinoche.api import schemas, schemas_watch
from cinoche.api.access import PREFIX
from cinoche.api.cookies import clear_cookies, refuse_other_sites, set_cookies
from cinoche.api.door import DoorRoute, account_id_of, session_of
from cinoche.api.limits import address_of, limited
from cinoche.api.services import services_of
from cinoche.api.viewer import check_no_child, check_unlimited, profile_of
from cinoche.kit.clock import to_rfc3339
from cinoche.kit.errors import NotFound, Unavailable

T = TypeVar("T")

HASHES_AT_ONCE: Final = 2
"""How many passwords a worker hashes at a time: each takes 64 MiB and a tenth of a second."""

ERASURES_AT_ONCE: Final = 2
"""How many profiles a worker erases at a time: each waits a second, and then for readers to let go."""

HASHES_WAITING: Final = 100

LIMITS: Final = frozenset({"is_kids", "max_age"})
"""The fields of a profile that say what it may see."""

router = APIRouter(prefix=PREFIX, route_class=DoorRoute)


async def hash_in_thread(request: Request, work: Callable[[], T]) -> T:
    """Do what hashes a password or a PIN in one of few threads; raises Unavailable when too many wait for one."""
    limiter = request.app.state.hashing
    if limiter.statistics().tasks_waiting >= HASHES_WAITING:
        raise Unavailable("Too many people are at the door at once.", remedy="Try again in a few seconds.")
    return await to_thread.run_sync(work, limiter=limiter)


@router.post("/accounts", status_code=201, tags=["accounts"], dependencies=[Depends(limited("sign-up", "60/minute"))])
async def sign_up(request: Request, body: schemas.SignUp) -> schemas.SignedUp:
    """Open an account, with a first profile."""
    services = services_of(request)

    def work() -> schemas.SignedUp:
        account = services.accounts.sign_up(body.email, body.password, language=body.language, name=body.name)
        profiles = services.accounts.profiles(account.account_id)
        for profile in profiles:
            services.welcome_profile(profile.profile_id)
        return schemas.SignedUp(
            account=schemas.Account.of(account), profiles=[schemas.Profile.of(profile) for profile in profiles]
        )

    return await hash_in_thread(request, work)


@router.post("/sessions", status_code=201, tags=["sessions"])
async def sign_in(request: Request, response: Response, body: schemas.SignIn) -> schemas.SignedIn:
    """Sign in: the token goes into `Authorization: Bearer`; a browser gets it as a cookie too."""
    # Without this, another site could sign a visitor in to an account of its own, and watch what they watch.
    refuse_other_sites(request)
    accounts, address = services_of(request).accounts, address_of(request)
    user_agent = request.headers.get("user-agent", "")
    session, token = await hash_in_thread(
        request, lambda: accounts.sign_in(body.email, body.password, address=address, user_agent=user_agent)
    )
    set_cookies(request, response, token, lasts_s=session.expires_at - session.renewed_at)
    return schemas.SignedIn(
        token=token,
        csrf_token=csrf_token(token),
        expires_at=to_rfc3339(session.expires_at),
        account=schemas.Account.of(session.account),
        profiles=[schemas.Profile.of(profile) for profile in accounts.profiles(session.account.account_id)],
    )


@router.delete("/sessions/current", status_code=204, tags=["sessions"])
async def sign_out(request: Request, response: Response) -> None:
    """Sign out here."""
    await to_thread.run_sync(services_of(request).accounts.sign_out, session_of(request))
    clear_cookies(response)


@router.delete("/sessions", status_code=204, tags=["sessions"])
async def sign_out_everywhere(request: Request, response: Response) -> None:
    """Sign out on every device, this one included."""
    check_no_child(request)
    await to_thread.run_sync(services_of(request).accounts.sign_out_everywhere, account_id_of(request))
    clear_cookies(response)


@router.get("/me", tags=["accounts"])
async def get_me(request: Request) -> schemas.Me:
    """Tell who is signed in, and who watches."""
    return describe_me(request, profile_id=session_of(request).profile_id)


def describe_me(request: Request, *, profile_id: str | None) -> schemas.Me:
    """Describe who is signed in, with the profile that watches."""
    session = session_of(request)
    profiles = services_of(request).accounts.profiles(session.account.account_id)
    return schemas.Me(
        account=schemas.Account.of(session.account),
        profiles=[schemas.Profile.of(profile) for profile in profiles],
        expires_at=to_rfc3339(session.expires_at),
        profile_id=profile_id,
    )


@router.put("/me/password", status_code=204, tags=["accounts"])
async def change_password(request: Request, body: schemas.PasswordChange) -> None:
    """Change the password; every other device is signed out."""
    check_no_child(request)
    accounts, session, address = services_of(request).accounts, session_of(request), address_of(request)
    await hash_in_thread(
        request,
        lambda: accounts.change_password(session, body.current_password, body.new_password, address=address),
    )


@router.post("/me/deletion", status_code=204, tags=["accounts"])
async def delete_account(request: Request, response: Response, body: schemas_watch.PasswordProof) -> None:
    """Erase the account, its profiles and all that is known of them; one that is cut short is finished by itself."""
    check_no_child(request)
    services, session, address = services_of(request), session_of(request), address_of(request)
    await hash_in_thread(request, lambda: services.accounts.prove(session, body.password, address=address))

    def work() -> None:
        # Its sessions end first, so that nothing new is learnt; its row goes last, so that no erasure is forgotten.
        services.accounts.start_closing(session.account.account_id)
        services.erase_account(session.account.account_id)

    await to_thread.run_sync(work, limiter=request.app.state.erasing)
    clear_cookies(response)


@router.get("/profiles", tags=["profiles"])
async def list_profiles(request: Request) -> schemas.Profiles:
    """List the profiles of the account, oldest first."""
    profiles = services_of(request).accounts.profiles(account_id_of(request))
    return schemas.Profiles(items=[schemas.Profile.of(profile) for profile in profiles], next=None)


@router.post("/profiles", status_code=201, tags=["profiles"])
async def add_profile(request: Request, body: schemas.NewProfile) -> schemas.Profile:
    """Add a profile; an account has at most five."""
    check_unlimited(request)
    services, account_id = services_of(request), account_id_of(request)

    def work() -> schemas.Profile:
        profile = services.accounts.add_profile(account_id, **body.fields())
        services.welcome_profile(profile.profile_id)
        return schemas.Profile.of(profile)

    return await to_thread.run_sync(work)


@router.get("/profiles/{profile_id}", tags=["profiles"])
async def get_profile(request: Request, profile_id: str) -> schemas.Profile:
    """Get a profile of the account."""
    return schemas.Profile.of(services_of(request).accounts.get_profile(account_id_of(request), profile_id))


@router.patch("/profiles/{profile_id}", tags=["profiles"])
async def change_profile(request: Request, profile_id: str, body: schemas.ProfileChange) -> schemas.Profile:
    """Change a profile: the fields that are sent, and no others."""
    accounts, account_id = services_of(request).accounts, account_id_of(request)
    changes = body.changes()
    profile_of(request, profile_id)
    if changes.keys() - {"preferences"}:
        check_no_child(request)
    if changes.keys() & LIMITS:
        check_unlimited(request)
    return schemas.Profile.of(
        await to_thread.run_sync(lambda: accounts.change_profile(account_id, profile_id, changes))
    )


@router.delete("/profiles/{profile_id}", status_code=204, tags=["profiles"])
async def delete_profile(request: Request, profile_id: str) -> None:
    """Delete a profile and erase all that is known of it; one that was cut short may be asked for again."""
    check_unlimited(request)
    services, account_id = services_of(request), account_id_of(request)
    with suppress(NotFound):  # one that is leaving already is hidden; what it may not do was checked then
        profile_of(request, profile_id)

    def work() -> None:
        # Hidden first, so that nothing new is learnt of it; its row goes last, so that no erasure is forgotten.
        services.accounts.start_leaving(account_id, profile_id)
        services.erase_profile(account_id, profile_id)
        services.accounts.finish_leaving(profile_id)

    await to_thread.run_sync(work, limiter=request.app.state.erasing)
