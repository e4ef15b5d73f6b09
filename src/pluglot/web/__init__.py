"""The web door: the API at ``/api/v1``, the pages at ``/``, and what keeps them live.

A door: may use ``messages``, ``csms`` records and facts, litestar and jinja2; reaches stations and the store only
through the ports in ``base.py``.
"""
