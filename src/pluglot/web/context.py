"""What every route works with, made once per application."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from pluglot.web.base import House, Principal
from pluglot.web.idempotency import Idempotency
from pluglot.web.live import Broadcast, Rendered
from pluglot.web.picture import Picture
from pluglot.web.security import Gate


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """The house and the little the web door itself remembers."""

    house: House
    gate: Gate
    broadcast: Broadcast
    picture: Picture
    idempotency: Idempotency
    rendered: Rendered


def web_for(house: House) -> Web:
    """Put together what the routes of one application share."""
    broadcast = Broadcast(house)
    picture = Picture(house, is_watched=lambda: len(broadcast) > 0)
    broadcast.listen(picture.hear, listens=picture.listens)
    return Web(
        house=house,
        gate=Gate(house),
        broadcast=broadcast,
        picture=picture,
        idempotency=Idempotency(house.clock),
        rendered=Rendered(),
    )


def asker(request: Request[Any, Any, Any]) -> Principal:
    """Who the gate found asking; only for routes that need a right."""
    principal: Principal = request.state.principal
    return principal
