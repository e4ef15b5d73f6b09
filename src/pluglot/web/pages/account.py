"""People come and go: login, logout, and the one-time link with which the first administrator sets a password."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.web.access import LONGEST_PASSWORD, SHORTEST_PASSWORD, TooManyGuesses
from pluglot.web.base import InvalidInput
from pluglot.web.context import Web
from pluglot.web.pages.view import View, render, set_cookie
from pluglot.web.problems import Problem
from pluglot.web.security import PUBLIC, SESSION_COOKIE


def local_address(given: str) -> str:
    """An address of our own to go on to; anything else means the first page."""
    is_local = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
    return given if is_local and "\\" not in given else "/"


def _login_view(*, wrong: str = "", said: str = "", name: str = "", next_: str = "/") -> View:
    return View(
        template="login.html",
        values={"title": "Log in", "wrong": wrong, "said": said, "name": name, "next": local_address(next_)},
    )


@get("/login", opt={"right": PUBLIC}, include_in_schema=False)
async def login_form(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Ask for name and password."""
    said = "The password is set. Log in as admin." if "welcome" in request.query_params else ""
    return render(web, request, _login_view(said=said, next_=request.query_params.get("next", "/")))


@post("/login", opt={"right": PUBLIC}, status_code=303, include_in_schema=False)
async def log_in(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Let in who knows the password."""
    form = {str(key): str(value) for key, value in (await request.form()).items()}
    name, next_ = form.get("name", ""), form.get("next", "/")
    remote_address = request.client.host if request.client else "unknown"
    try:
        session = await web.house.access.log_in(name, form.get("password", ""), remote_address=remote_address)
    except TooManyGuesses as wait:
        seconds = str(int(wait.wait.total_seconds()) + 1)
        raise Problem("too-many-guesses", f"Wait {seconds} seconds.", headers={"Retry-After": seconds}) from None
    if session is None:
        view = _login_view(wrong="Name or password is wrong.", name=name[:100], next_=next_)
        return render(web, request, view, status=401)
    response: Response[Any] = Response(b"", status_code=303, headers={"Location": local_address(next_)})
    set_cookie(request, response, SESSION_COOKIE, session)
    return response


@post("/logout", opt={"right": PUBLIC}, status_code=303, include_in_schema=False)
async def log_out(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """End the session."""
    await web.house.access.log_out(request.cookies.get(SESSION_COOKIE, ""))
    response: Response[Any] = Response(b"", status_code=303, headers={"Location": "/login"})
    response.delete_cookie(SESSION_COOKIE)
    return response


def _welcome_view(wrong: str = "") -> View:
    values = {"title": "Welcome", "wrong": wrong, "shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD}
    return View(template="welcome.html", values=values)


@get("/welcome/{secret:str}", opt={"right": PUBLIC}, include_in_schema=False)
async def welcome_form(
    secret: FromPath[str],  # noqa: ARG001 -- looked at when the form is sent, so that guessing shows nothing
    request: Request[Any, Any, Any],
    web: NamedDependency[Web],
) -> Response[Any]:
    """Ask for the administrator's password."""
    return render(web, request, _welcome_view())


@post("/welcome/{secret:str}", opt={"right": PUBLIC}, status_code=303, include_in_schema=False)
async def welcome(secret: FromPath[str], request: Request[Any, Any, Any], web: NamedDependency[Web]) -> Response[Any]:
    """Set the administrator's password and use the link up."""
    form = {str(key): str(value) for key, value in (await request.form()).items()}
    wrong = ""
    try:
        if form.get("password", "") != form.get("again"):
            wrong = "The two passwords differ."
        elif not await web.house.access.set_admin_password(secret, form["password"]):
            wrong = "This link was used already or is not ours."
    except InvalidInput as invalid:
        wrong = f"{invalid.field}: {invalid.rule}"
    if wrong:
        return render(web, request, _welcome_view(wrong), status=422)
    return Response(b"", status_code=303, headers={"Location": "/login?welcome=1"})


HANDLERS = (login_form, log_in, log_out, welcome_form, welcome)
