"""What a client needs to let people sign in: GET /auth/config."""

from pydantic import BaseModel

from commerce.runtime import http
from commerce.runtime.settings import settings

app = http.api()


class AuthConfig(BaseModel):
    """Public settings of the sign-in."""

    publishable_key: str
    issuer: str
    sign_in_url: str
    sign_up_url: str
    providers: list[str]


@app.get("/auth/config", tags=["auth"])
def get_config() -> http.Response[AuthConfig]:
    """Where and how to sign in."""
    known = settings()
    config = AuthConfig(
        publishable_key=known.clerk_publishable_key,
        issuer=known.clerk_issuer,
        sign_in_url=known.clerk_sign_in_url,
        sign_up_url=known.clerk_sign_up_url,
        providers=["clerk"] if known.stage != "local" else ["sandbox"],
    )
    return http.cacheable(config, http.etag(known.clerk_publishable_key), seconds=300)


handler = http.handler(app)
