"""Style sheet, icon, built scripts, and the pages that explain problems."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.web.context import Web
from pluglot.web.pages.view import View, render
from pluglot.web.problems import KINDS, Problem
from pluglot.web.security import PUBLIC

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
#: The address carries a digest of the content, so a copy never grows old.
FOR_A_YEAR = "public, max-age=31536000, immutable"


@cache
def _contents() -> dict[str, bytes]:
    """Every file that may be asked for, by folder and name; nothing else can be."""
    folders = (files("pluglot.web") / name for name in ("assets", "static"))
    return {
        f"{folder.name}/{file.name}": file.read_bytes()
        for folder in folders
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.rpartition(".")[2] in TYPES
    }


def _file(folder: str, name: str) -> Response[bytes]:
    content = _contents().get(f"{folder}/{name}")
    if content is None:
        raise Problem("not-found")
    media_type = TYPES[name.rpartition(".")[2]]
    return Response(content, media_type=media_type, headers={"Cache-Control": FOR_A_YEAR})


@get("/assets/{name:str}", opt={"right": PUBLIC}, include_in_schema=False)
async def asset(name: FromPath[str]) -> Response[bytes]:
    """A file that stands in the package as it is."""
    return _file("assets", name)


@get("/static/{name:str}", opt={"right": PUBLIC}, include_in_schema=False)
async def static(name: FromPath[str]) -> Response[bytes]:
    """A file that the front end's build made."""
    return _file("static", name)


@get("/problems/{name:str}", opt={"right": PUBLIC}, include_in_schema=False)
async def problem_type(
    name: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]
) -> Response[Any]:
    """What a problem type of the API means and what to do about it."""
    kind = KINDS.get(name)
    if kind is None:
        raise Problem("not-found")
    return render(
        web, request, View(template="problem.html", values={"title": kind.title, "kind": kind, "problem": None})
    )


HANDLERS = (asset, static, problem_type)
