"""The pages at ``/``: complete HTML before any script, live with it.

May use ``messages``, ``csms`` records, litestar and jinja2; everything else comes through the house.
"""

PAGES: tuple[object, ...] = ()
