"""Routes of who watches in a session: choosing a profile, its PIN, and the devices that are signed in."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from cinoche.api import schemas, schemas_watch
from cinoche.api.access import PREFIX
from cinoche.api.accounts import describe_me, hash_in_thread
from cinoche.api.cookies import clear_cookies
from cinoche.api.door import DoorRoute, account_id_of, session_of
from cinoche.api.limits import address_of
from cinoche.api.services import services_of
from cinoche.api.viewer import check_no_child

router = APIRouter(prefix=PREFIX, route_class=DoorRoute)


@router.put("/sessions/current/profile", tags=["sessions"])
async def choose_profile(request: Request, body: schemas_watch.ChosenProfile) -> schemas.Me:
    """Choose who watches in this session; five wrong PINs within a quarter of an hour are borne."""
    accounts, session = services_of(request).accounts, session_of(request)
    await hash_in_thread(request, lambda: accounts.watching.choose(session, body.profile_id, body.pin))
    return describe_me(request, profile_id=body.profile_id)


@router.delete("/sessions/current/profile", status_code=204, tags=["sessions"])
async def choose_nobody(request: Request) -> None:
    """Let nobody watch in this session; then it may do what a profile without a PIN may."""
    await to_thread.run_sync(services_of(request).accounts.watching.choose_nobody, session_of(request))


@router.put("/profiles/{profile_id}/pin", tags=["profiles"])
async def set_pin(request: Request, profile_id: str, body: schemas_watch.NewPin) -> schemas.Profile:
    """Give a profile a PIN, or take it away; other devices must choose the profile again."""
    check_no_child(request)
    accounts, session, address = services_of(request).accounts, session_of(request), address_of(request)

    def work() -> None:
        accounts.get_profile(session.account.account_id, profile_id)
        accounts.prove(session, body.password, address=address)
        accounts.watching.set_pin(session, profile_id, body.pin)

    await hash_in_thread(request, work)
    return schemas.Profile.of(accounts.get_profile(account_id_of(request), profile_id))


@router.get("/devices", tags=["sessions"])
async def list_devices(request: Request) -> schemas_watch.Devices:
    """List the devices that are signed in to the account, this one first."""
    session = session_of(request)
    devices = services_of(request).accounts.watching.devices(session)
    return schemas_watch.Devices(items=[schemas_watch.Device.of(each, session.session_id) for each in devices])


@router.patch("/devices/{session_id}", tags=["sessions"])
async def rename_device(request: Request, session_id: str, body: schemas_watch.DeviceLabel) -> schemas_watch.Device:
    """Call a device otherwise."""
    check_no_child(request)
    accounts, session = services_of(request).accounts, session_of(request)
    device = await to_thread.run_sync(accounts.watching.rename_device, session, session_id, body.label)
    return schemas_watch.Device.of(device, session.session_id)


@router.delete("/devices/{session_id}", status_code=204, tags=["sessions"])
async def remove_device(request: Request, response: Response, session_id: str) -> None:
    """Sign a device out: its very next request is refused."""
    check_no_child(request)
    accounts, session = services_of(request).accounts, session_of(request)
    await to_thread.run_sync(accounts.watching.remove_device, session, session_id)
    if session_id == session.session_id:
        clear_cookies(response)
