"""The pages by which people log in and out, and on which an admin sees who may enter and what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from orewire.model.access import LONGEST_SESSION, ROLES
from orewire.model.errors import StoreBusy, UsageError
from orewire.web.access_api import read_deeds
from orewire.web.asked import HOME, local_path
from orewire.web.door import Door
from orewire.web.forms import Form, one, read_form
from orewire.web.gate import cookie
from orewire.web.guard import needs, note_target, visitor_of
from orewire.web.pages.shell import render
from orewire.web.rates import LOGIN_BY_ADDRESS, LOGIN_BY_NAME, Rates, place_of
from store.local_access import LocalAccess

_SHOWN = 200
_DIGITS = 18
"""Of a number that every store can hold."""


def add_access_pages(app: FastAPI, door: Door) -> None:
    """Give the application its pages."""
    _add_login(app, door)
    _add_users(app, door)


def _add_login(app: FastAPI, door: Door) -> None:
    @app.get("/login", include_in_schema=False)
    async def show_login(request: Request, next: str = HOME) -> Response:
        if visitor_of(request).session:
            return RedirectResponse(local_path(next), 303)
        return _login_page(request, local_path(next))

    @app.post("/login", include_in_schema=False)
    async def log_in(request: Request) -> Response:
        form = await read_form(request)
        name, wanted = one(form, "name"), local_path(one(form, "next"))
        # Only who is known is named: some people write their password where their name belongs.
        request.state.who = name if door.is_user(name) else "unknown"
        if wait := _seconds_to_wait(request, name):
            return _login_page(request, wanted, f"Too many tries: wait {wait} s.", 429, {"Retry-After": str(wait)})
        try:
            secret = await door.log_in(name, form.get("password", [""])[0])
        except StoreBusy as error:
            return _login_page(request, wanted, f"{error}.", 503, {"Retry-After": "5"})
        if secret is None:
            return _login_page(request, wanted, "Name and password do not belong together.", 401)
        return _with_session(RedirectResponse(wanted, 303), door, secret, int(LONGEST_SESSION.total_seconds()))

    @app.post("/logout", include_in_schema=False)
    async def log_out(request: Request) -> Response:
        await read_form(request)
        await door.log_out(visitor_of(request))
        return _with_session(RedirectResponse("/login", 303), door, "", 0)


def _seconds_to_wait(request: Request, name: str) -> int | None:
    rates: Rates = request.state.rates
    address = place_of(request.client.host if request.client else "")
    return rates.seconds_to_wait(LOGIN_BY_ADDRESS, "login from", address) or rates.seconds_to_wait(
        LOGIN_BY_NAME, "login as", name.casefold()
    )


def _with_session(response: Response, door: Door, secret: str, max_age: int) -> Response:
    told = cookie(door.session_cookie, secret, is_secure=door.service.is_https, max_age=max_age)
    response.headers.append("set-cookie", told)
    return response


def _login_page(
    request: Request, wanted: str, problem: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    return render(request, "login.html", status=status, headers=headers, next=wanted, problem=problem)


def _add_users(app: FastAPI, door: Door) -> None:
    guarded = [Depends(needs("admin"))]

    @app.get("/users", include_in_schema=False, dependencies=guarded)
    async def show_users(request: Request) -> Response:
        return await _users_page(request, door)

    def change(path: str, do: Callable[[LocalAccess, Form], Any]) -> None:
        @app.post(path, include_in_schema=False, dependencies=guarded)
        async def changed(request: Request) -> Response:
            form = await read_form(request)
            note_target(request, one(form, "name") or one(form, "id"))
            try:
                made = await door.change(lambda access: do(access, form))
            except UsageError as error:
                return await _users_page(request, door, problem=str(error), status=400)
            # A secret is shown once: all else ends where a reload changes nothing.
            return await _users_page(request, door, secret=made[1]) if made else RedirectResponse("/users", 303)

    for path, do in _CHANGES.items():
        change(path, do)


def _revoke(access: LocalAccess, form: Form) -> None:
    number = one(form, "id")
    if not number.isascii() or not number.isdigit() or len(number) > _DIGITS:
        raise UsageError(f"token: found {number[:20]!r}, expected a number")
    access.revoke_token(int(number))


def _add_token(access: LocalAccess, form: Form) -> tuple[Any, str]:
    return access.add_token(one(form, "name"), user=one(form, "user"), role=one(form, "role"))


def _add_user(access: LocalAccess, form: Form) -> None:
    access.add_user(one(form, "name"), one(form, "role"), form.get("password", [""])[0])


_CHANGES: dict[str, Callable[[LocalAccess, Form], Any]] = {
    "/users/add": _add_user,
    "/users/disable": lambda access, form: access.disable_user(one(form, "name")),
    "/users/remove": lambda access, form: access.remove_user(one(form, "name")),
    "/tokens/add": _add_token,
    "/tokens/revoke": _revoke,
}


async def _users_page(
    request: Request, door: Door, *, problem: str = "", secret: str = "", status: int = 200
) -> Response:
    deeds = await read_deeds(door, None, _SHOWN)

    def shown() -> Response:
        return render(
            request,
            "users.html",
            status=status,
            users=door.access.get_users(),
            tokens=door.access.get_tokens(),
            deeds=deeds,
            roles=ROLES,
            problem=problem,
            secret=secret,
        )

    return await run_in_threadpool(shown)
