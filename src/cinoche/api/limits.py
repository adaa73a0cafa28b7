"""How often one address may ask: for the open routes that cost something. Each worker counts for itself."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from cinoche.accounts.names import network_of
from cinoche.api.services import services_of
from cinoche.kit.clock import system_clock
from cinoche.kit.errors import Invalid, Limited

_LONGEST_ADDRESS: Final = 64


def make_limiter() -> MovingWindowRateLimiter:
    """Make what counts, in this process's memory."""
    return MovingWindowRateLimiter(MemoryStorage())


def check_rate(name: str, rate: str) -> None:
    """Refuse a rate that nobody can count by, when the server starts rather than when somebody comes."""
    try:
        parse(rate)
    except ValueError as error:
        raise Invalid(f"{rate!r} is not a rate for {name}.", where="rates", remedy="Write it as 60/minute.") from error


def limited(name: str, rate: str) -> Callable[[Request], Awaitable[None]]:
    """Make a dependency that lets one address in so often: ``Depends(limited("recommend", "30/minute"))``.

    ``Services.rates`` may name another rate under the same name.
    """

    async def check(request: Request) -> None:
        item = parse(services_of(request).rates.get(name, rate))
        limiter: MovingWindowRateLimiter = request.app.state.limiter
        key = network_of(address_of(request))
        if not limiter.hit(item, name, key):
            reset_at = limiter.get_window_stats(item, name, key).reset_time
            raise Limited(
                f"More than {item.amount} of these in {item.get_expiry()} s came from this address.",
                retry_after_s=max(reset_at - system_clock(), 1.0),
                remedy="Wait, then ask again.",
            )

    return check


def address_of(request: Request) -> str:
    """Tell the address that a request came from, through the proxies that are trusted and no others."""
    address = request.client.host if request.client else ""
    trusted = services_of(request).trusted_proxies
    if address in trusted:
        forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
        hops = [hop.strip() for hop in forwarded if hop.strip()]
        address = next((hop for hop in reversed(hops) if hop not in trusted), address)
    return address[:_LONGEST_ADDRESS]
