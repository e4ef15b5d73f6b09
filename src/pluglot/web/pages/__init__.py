"""The pages at ``/``: complete HTML before any script, live with it.

May use ``messages``, ``csms`` records, litestar and jinja2; everything else comes through the house.
"""

from pluglot.web.pages import account, commands, door, files, fleet, lists, station, tokens

PAGES = (
    *fleet.HANDLERS,
    *station.HANDLERS,
    *commands.HANDLERS,
    *lists.HANDLERS,
    *tokens.HANDLERS,
    *door.HANDLERS,
    *account.HANDLERS,
    *files.HANDLERS,
)

__all__ = ["PAGES"]
