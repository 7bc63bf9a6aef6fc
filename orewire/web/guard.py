"""Who may do what: the dependency of routes and pages that not everybody may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import HTTPException, Request

from orewire.model.access import ROLES, Visitor
from orewire.web.asked import read_request

Guard = Callable[[Request], Awaitable[Visitor]]


def needs(role: str) -> Guard:
    """A dependency that lets only visitors with this role through, or with a higher one, and says who it is.

    Others get 403; those who could log in get 401 from the API, and from pages the page on which they can.
    """
    if role not in ROLES:
        raise ValueError(role)

    async def check(request: Request) -> Visitor:
        visitor = visitor_of(request)
        if visitor.may(role):
            return visitor
        if visitor.is_known:
            raise HTTPException(403, f"this needs the role {role}; {visitor.name} is {visitor.role}")
        asked = read_request(request.scope)
        if asked.is_api:
            raise HTTPException(401, f"this needs a token with the role {role}", {"WWW-Authenticate": "Bearer"})
        raise HTTPException(303, "log in first", {"Location": asked.login_path()})

    return check


def visitor_of(request: Request) -> Visitor:
    """Who asks, as the gate has found out."""
    visitor: Visitor = request.state.visitor
    return visitor


def note_target(request: Request, target: str) -> None:
    """Say for the record what a request was about, where its path does not."""
    request.state.target = target
