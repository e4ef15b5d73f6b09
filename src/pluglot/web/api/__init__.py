"""The API at ``/api/v1``: typed JSON in camel case, problems as RFC 9457, lists in cursor pages, one right per route.

May use ``messages``, ``csms`` records and facts, litestar and msgspec; everything else comes through the house.
"""

from litestar import Router

from pluglot.web.api import calls, health, live, logs, openapi, stations, tokens, transactions

ROUTES = (
    stations.list_stations,
    stations.show_station,
    stations.register_station,
    stations.change_station,
    stations.show_address,
    stations.register_address,
    stations.remove_station,
    stations.list_strangers,
    calls.call_station,
    transactions.list_transactions,
    transactions.show_transaction,
    transactions.list_meter_values,
    tokens.list_tokens,
    tokens.show_token,
    tokens.save_token,
    tokens.remove_token,
    logs.list_messages,
    logs.show_message,
    logs.list_events,
    live.live,
    openapi.openapi_document,
)
API = Router(path=openapi.ROOT, route_handlers=ROUTES)
#: Outside ``/api/v1``, for those who watch over the process.
HEALTH = health.HANDLERS

__all__ = ["API", "HEALTH", "ROUTES"]
