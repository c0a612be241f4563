"""The sign-in and sign-up pages, and the way back to the shop."""

from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scripts.sandbox.clerk import frontend
from scripts.sandbox.clerk.errors import ClerkError
from scripts.sandbox.clerk.instance import Instance, activity
from scripts.sandbox.faults import is_cross_site
from scripts.sandbox.store import Document
from scripts.sandbox.web import escape, page

NOTE = "Clerk sandbox: for development on this computer only."

DEVELOPERS = (
    ("customer@example.com", "Carla", "Customer", "customer"),
    ("staff@example.com", "Stefan", "Staff", "staff"),
    ("admin@example.com", "Ada", "Admin", "admin"),
)
"""People who are there from the start and sign in by one click."""


def add_developers(instance: Instance) -> None:
    """Make the one-click people that are missing."""
    for email, first, last, role in DEVELOPERS:
        if instance.user_by_email(email) is None:
            instance.create_user(email, first_name=first, last_name=last, public_metadata={"role": role})


def page_routes(instance: Instance) -> list[Route]:
    """Sign in, sign up, sign out."""
    return [
        Route("/sign-in", partial(_show, instance, "sign-in"), methods=["GET"]),
        Route("/sign-up", partial(_show, instance, "sign-up"), methods=["GET"]),
        Route("/sign-in", partial(_submit, instance, "sign-in"), methods=["POST"]),
        Route("/sign-up", partial(_submit, instance, "sign-up"), methods=["POST"]),
        Route("/sign-out", partial(_sign_out, instance), methods=["GET"]),
        Route("/avatar.svg", _avatar, methods=["GET"]),
    ]


def return_address(instance: Instance, request: Request) -> str | None:
    """`redirect_url` if it leads to the shop, the shop's front page if there is none, else None."""
    origins = instance.config.shop_origins
    asked = request.query_params.get("redirect_url")
    if not asked:
        return f"{origins[0]}/"
    parts = urlsplit(asked)
    if "\\" in asked or f"{parts.scheme}://{parts.netloc}" not in origins:
        return None
    return asked


def _with_client(address: str, client: Document) -> str:
    """The address with the client token, for a shop on another host name or port."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != frontend.CLIENT_PARAMETER]
    return urlunsplit(parts._replace(query=urlencode([*kept, (frontend.CLIENT_PARAMETER, client["_token"])])))


def _refuse(instance: Instance, title: str, text: str, status: int) -> Response:
    content = f'<h1>{escape(title)}</h1><p class="soft">{escape(text)}</p>'
    return page(title, instance.config.shop_name, content, note=NOTE, status=status)


def _wrong_address(instance: Instance) -> Response:
    return _refuse(
        instance,
        "This link leads elsewhere",
        f"You can only be sent back to {', '.join(instance.config.shop_origins)}.",
        400,
    )


async def _show(instance: Instance, which: str, request: Request) -> Response:
    if return_address(instance, request) is None:
        return _wrong_address(instance)
    return _form(instance, request, which)


def _form(
    instance: Instance, request: Request, which: str, error: str = "", values: dict[str, str] | None = None
) -> Response:
    values = values or {}
    query = escape(f"?{request.url.query}" if request.url.query else "")
    shop = escape(instance.config.shop_name)
    problem = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    email = escape(values.get("email", ""))
    fields = f"""<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="{email}">
<label for="password">Password</label>
<input id="password" name="password" type="password" required """
    if which == "sign-up":
        first, last = escape(values.get("first_name", "")), escape(values.get("last_name", ""))
        content = f"""<h1>Create your account</h1><p class="soft">To buy and follow your orders at {shop}.</p>{problem}
<form method="post" action="/sign-up{query}">
<div class="pair"><div><label for="first">First name</label>
<input id="first" name="first_name" autocomplete="given-name" value="{first}"></div>
<div><label for="last">Last name</label>
<input id="last" name="last_name" autocomplete="family-name" value="{last}"></div></div>
{fields}autocomplete="new-password" minlength="8"
placeholder="8 characters or more"><button>Create account</button></form>
<p class="soft small after">You have an account? <a href="/sign-in{query}">Sign in</a></p>"""
        return page("Create your account", instance.config.shop_name, content, note=NOTE, status=422 if error else 200)
    people = "".join(
        f'<button class="plain person" name="as" value="{escape(mail)}"><span class="mail">{escape(mail)}</span>'
        f'<span class="tag">{escape(role)}</span></button>'
        for mail, role in _people(instance, request)
    )
    content = f"""<h1>Sign in to {shop}</h1><p class="soft">Welcome back.</p>{problem}
<form method="post" action="/sign-in{query}">{fields}autocomplete="current-password">
<button>Sign in</button></form>
<div class="or">or with one click</div><form method="post" action="/sign-in{query}">{people}</form>
<p class="soft small after">You have no account? <a href="/sign-up{query}">Sign up</a></p>"""
    return page("Sign in", instance.config.shop_name, content, note=NOTE, status=422 if error else 200)


def _people(instance: Instance, request: Request) -> list[tuple[str, str]]:
    """Whoever is signed in here already, then the developers' people."""
    emails = []
    client = frontend.client_of(instance, request)
    if client is not None:
        emails = [instance.user(row["user_id"])["_email"] for row in frontend.sessions_of(instance, client)]
    emails += [email for email, *_ in DEVELOPERS]
    users = [user for email in dict.fromkeys(emails) if (user := instance.user_by_email(email)) is not None]
    return [(user["_email"], user["public_metadata"].get("role", "customer")) for user in users]


def _person(instance: Instance, request: Request, which: str, values: dict[str, str]) -> Document:
    """Whoever the form is about. Raises ClerkError (422) for wrong or refused input."""
    email, password = values.get("email", ""), values.get("password", "")
    if which == "sign-up":
        names = {name: values.get(name, "").strip() or None for name in ("first_name", "last_name")}
        return instance.create_user(email, verified_by="email_code", password=password, **names)
    if "as" in values:
        user = instance.user_by_email(values["as"])
        if user is None or user["_email"] not in [known for known, _ in _people(instance, request)]:
            raise ClerkError(422, "form_identifier_not_found", "There is no such account.")
        return user
    user = instance.user_by_email(email)
    if user is None or not instance.password_fits(user, password):
        raise ClerkError(422, "form_password_incorrect", "Email address or password is incorrect.")
    return user


async def _submit(instance: Instance, which: str, request: Request) -> Response:
    address = return_address(instance, request)
    if address is None:
        return _wrong_address(instance)
    if is_cross_site(request, instance.config.clerk.public_url):
        return _refuse(instance, "Not from here", "This form belongs to another page.", 403)
    values = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    try:
        with instance.store.transaction():
            user = _person(instance, request, which, values)
            client = frontend.client_of(instance, request) or instance.create_client()
            for session in frontend.sessions_of(instance, client):
                # One person at a time on one browser, as an instance in single-session mode has it.
                instance.close_session(session, "ended")
            host = request.client.host if request.client else ""
            instance.create_session(user, client, seen=activity(request.headers.get("user-agent", ""), host))
    except ClerkError as error:
        return _form(instance, request, which, error.entry["long_message"], values)
    answer = RedirectResponse(_with_client(address, client), 303)
    answer.set_cookie(
        frontend.cookie_name(instance), client["_token"], max_age=7 * 24 * 3600, httponly=True, samesite="lax"
    )
    return answer


async def _sign_out(instance: Instance, request: Request) -> Response:
    address = return_address(instance, request)
    if address is None:
        return _wrong_address(instance)
    client = frontend.client_of(instance, request)
    if client is not None:
        with instance.store.transaction():
            for session in frontend.sessions_of(instance, client):
                instance.close_session(session, "ended")
    answer = RedirectResponse(address, 303)
    answer.delete_cookie(frontend.cookie_name(instance))
    return answer


async def _avatar(_: Request) -> Response:
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#0f5c52"/>'
        '<circle cx="32" cy="25" r="11" fill="#fff"/><path d="M10 60a22 20 0 0 1 44 0z" fill="#fff"/></svg>'
    )
    return Response(picture, media_type="image/svg+xml")
