"""The transport: links to stations and to management systems over real sockets, and who may have one.

A door: may use ``messages`` and aiohttp; knows no other door and no actor.
"""
