"""Signing up, in and out as a browser does, and what the shop's page may ask for."""

from typing import Any

import httpx
import jwt
import pytest

from scripts.sandbox.testing import Sandbox

BACK = "http://localhost:8080/account?tab=orders"


def page(sandbox: Sandbox, which: str, back: str = BACK) -> str:
    return str(httpx.URL(f"{sandbox.clerk_url}/{which}", params={"redirect_url": back}))


def sign_in(sandbox: Sandbox, browser: httpx.Client, **form: str) -> str:
    """The client token that the shop is given."""
    answer = browser.post(page(sandbox, "sign-in"), data=form or {"as": "customer@example.com"})
    assert answer.status_code == 303, answer.text
    address = httpx.URL(answer.headers["location"])
    assert str(address).startswith(BACK)
    return address.params["__clerk_db_jwt"]


def ask(sandbox: Sandbox, method: str, path: str, token: str = "", origin: str = "http://localhost:8080") -> Any:
    headers = {"Origin": origin, **({"Authorization": f"Bearer {token}"} if token else {})}
    return sandbox.http.request(method, sandbox.clerk_url + path, headers=headers)


def test_sign_up_then_in(sandbox: Sandbox, browser: httpx.Client) -> None:
    shown = browser.get(page(sandbox, "sign-up"))
    assert shown.status_code == 200
    assert "Create your account" in shown.text
    form = {"email": "eve@example.com", "password": "correct horse", "first_name": "Eve", "last_name": ""}
    made = browser.post(page(sandbox, "sign-up"), data=form)
    assert made.status_code == 303
    again = browser.post(page(sandbox, "sign-up"), data=form)
    assert again.status_code == 422
    assert "taken" in again.text
    assert "eve@example.com" in again.text
    short = browser.post(page(sandbox, "sign-up"), data={**form, "email": "f@example.com", "password": "short"})
    assert short.status_code == 422
    assert "8 characters" in short.text
    wrong = browser.post(page(sandbox, "sign-in"), data={**form, "password": "wrong horse"})
    assert wrong.status_code == 422
    assert "incorrect" in wrong.text
    token = sign_in(sandbox, browser, email="Eve@example.com", password="correct horse")
    client = ask(sandbox, "GET", "/v1/client", token).json()["response"]
    assert client["sessions"][0]["user"]["first_name"] == "Eve"
    assert "private_metadata" not in client["sessions"][0]["user"]
    assert "_token" not in client


def test_fresh_tokens_until_signed_out(sandbox: Sandbox, browser: httpx.Client) -> None:
    token = sign_in(sandbox, browser, **{"as": "staff@example.com"})
    session = ask(sandbox, "GET", "/v1/client", token).json()["response"]["last_active_session_id"]
    answer = ask(sandbox, "POST", f"/v1/client/sessions/{session}/tokens", token)
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8080"
    claims = jwt.decode(answer.json()["jwt"], options={"verify_signature": False})
    assert (claims["role"], claims["azp"], claims["sid"]) == ("staff", "http://localhost:8080", session)
    other = ask(sandbox, "POST", f"/v1/client/sessions/{session}/tokens", token, "http://127.0.0.1:8080")
    assert jwt.decode(other.json()["jwt"], options={"verify_signature": False})["azp"] == "http://127.0.0.1:8080"

    assert ask(sandbox, "DELETE", "/v1/client/sessions", token).json()["response"]["sessions"] == []
    over = ask(sandbox, "POST", f"/v1/client/sessions/{session}/tokens", token)
    assert (over.status_code, over.json()["errors"][0]["code"]) == (401, "signed_out")


def test_cookie_serves_on_the_same_host(sandbox: Sandbox, browser: httpx.Client) -> None:
    sign_in(sandbox, browser)
    headers = {"Origin": "http://localhost:8080"}
    client = browser.get(f"{sandbox.clerk_url}/v1/client", headers=headers)
    assert client.json()["response"]["sessions"][0]["user"]["public_metadata"] == {"role": "customer"}
    assert client.headers["access-control-allow-credentials"] == "true"
    out = browser.get(page(sandbox, "sign-out"))
    assert (out.status_code, out.headers["location"]) == (303, BACK)
    assert browser.get(f"{sandbox.clerk_url}/v1/client", headers=headers).json()["response"] is None


def test_one_person_at_a_time(sandbox: Sandbox, browser: httpx.Client) -> None:
    first = sign_in(sandbox, browser, **{"as": "customer@example.com"})
    second = sign_in(sandbox, browser, **{"as": "admin@example.com"})
    assert first == second
    sessions = ask(sandbox, "GET", "/v1/client", second).json()["response"]["sessions"]
    assert [session["user"]["public_metadata"]["role"] for session in sessions] == ["admin"]


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example/", "http://localhost:8080@evil.example/", "javascript:alert(1)",
     "http://localhost:8080\\@evil.example/", "http://localhost:80800/", "/relative"],
)  # fmt: skip
def test_only_back_to_the_shop(sandbox: Sandbox, browser: httpx.Client, back: str) -> None:
    for which in ("sign-in", "sign-up", "sign-out"):
        assert browser.get(page(sandbox, which, back)).status_code == 400
    assert browser.post(page(sandbox, "sign-in", back), data={"as": "admin@example.com"}).status_code == 400


def test_strangers(sandbox: Sandbox, browser: httpx.Client) -> None:
    token = sign_in(sandbox, browser)
    session = ask(sandbox, "GET", "/v1/client", token).json()["response"]["last_active_session_id"]
    evil = ask(sandbox, "POST", f"/v1/client/sessions/{session}/tokens", token, "https://evil.example")
    assert evil.status_code == 400
    assert evil.json()["errors"][0]["code"] == "origin_invalid"
    assert "access-control-allow-origin" not in evil.headers
    assert ask(sandbox, "POST", f"/v1/client/sessions/{session}/tokens").status_code == 401
    with httpx.Client(trust_env=False) as another:
        other = sign_in(sandbox, another, **{"as": "admin@example.com"})
    assert ask(sandbox, "POST", f"/v1/client/sessions/{session}/tokens", other).status_code == 404
    forged = browser.post(
        page(sandbox, "sign-in"), data={"as": "admin@example.com"}, headers={"Origin": "https://evil.example"}
    )
    assert forged.status_code == 403
    # One click is for the developers' people alone.
    sandbox.session("ada@example.com", "admin")
    nobody = httpx.post(page(sandbox, "sign-in"), data={"as": "ada@example.com"}, trust_env=False)
    assert nobody.status_code == 422


def test_pages_escape_what_they_show(sandbox: Sandbox, browser: httpx.Client) -> None:
    shown = browser.post(page(sandbox, "sign-in"), data={"email": '"><script>x</script>', "password": "y"})
    assert "<script>" not in shown.text
    assert "&lt;script&gt;" in shown.text
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
