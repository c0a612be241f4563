"""What all applications do for browsers: CORS for the shop's origins, and pages."""

import html
from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response


def cors_headers(request: Request, origins: Collection[str], *, any_origin: bool = False) -> dict[str, str]:
    """Headers that let the shop's pages read the answer; none for strangers.

    With `any_origin` every page may, but without its cookies: so it is with Stripe's API.
    """
    origin = request.headers.get("origin")
    if origin is None or not (any_origin or origin in origins):
        return {}
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    if not any_origin:
        headers["Access-Control-Allow-Credentials"] = "true"
    return headers


def preflight(request: Request, origins: Collection[str], *, any_origin: bool = False) -> Response:
    """The answer to a browser's OPTIONS."""
    headers = cors_headers(request, origins, any_origin=any_origin)
    if headers:
        headers |= {
            "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
            "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers", ""),
            "Access-Control-Max-Age": "300",
        }
    return Response(status_code=204, headers=headers)


_STYLE = """
:root{color-scheme:light dark;--page:#f4f2ee;--card:#fffefb;--ink:#1f1b16;--soft:#6d655a;--line:#ddd6ca;
--accent:#0f5c52;--on-accent:#fff;--field:#fff;--bad:#9f2d20;--bad-page:#fbeae7;--good:#0f5c52}
@media(prefers-color-scheme:dark){:root{--page:#15140f;--card:#201e18;--ink:#f1ece2;--soft:#a79f91;--line:#3a362d;
--accent:#7fd0c0;--on-accent:#0c2a25;--field:#181712;--bad:#f3a79b;--bad-page:#3a1d18;--good:#7fd0c0}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-content:center;
grid-template-columns:minmax(0,420px);padding:24px 16px;background:var(--page);
color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.card{background:var(--card);border:1px solid var(--line);border-radius:16px;padding:32px 28px;
box-shadow:0 1px 2px rgb(0 0 0/.04),0 12px 32px rgb(0 0 0/.06)}
.brand{display:flex;align-items:center;gap:10px;margin:0 0 24px;font-weight:650;letter-spacing:.01em}
.brand span{width:28px;height:28px;border-radius:8px;background:var(--accent);color:var(--on-accent);display:grid;
place-items:center;font-size:15px}
h1{font-size:22px;line-height:1.25;margin:0 0 6px}
p{margin:0 0 16px}.after{margin:22px 0 0}.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 12px}
.soft{color:var(--soft)}.small{font-size:14px}
label{display:block;font-size:14px;font-weight:550;margin:14px 0 6px}
input{width:100%;font:inherit;color:inherit;background:var(--field);border:1px solid var(--line);border-radius:10px;
padding:10px 12px}
input:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
button{font:inherit;font-weight:600;width:100%;border-radius:10px;padding:11px 14px;margin-top:18px;cursor:pointer;
border:1px solid var(--accent);background:var(--accent);color:var(--on-accent)}
button:hover{filter:brightness(1.08)}
button.plain{background:transparent;color:var(--ink);border-color:var(--line);margin-top:8px}
button.plain:hover{border-color:var(--accent);filter:none}
button.person{display:flex;justify-content:space-between;align-items:center;gap:12px;text-align:left;font-weight:500}
.tag{font-size:13px;color:var(--soft);border:1px solid var(--line);border-radius:99px;padding:1px 9px;flex:none}
.mail{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.or{display:flex;align-items:center;gap:12px;color:var(--soft);font-size:14px;margin:24px 0 4px}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
fieldset{border:0;padding:0;margin:16px 0 0}legend{font-size:14px;font-weight:550;padding:0;margin-bottom:4px}
label.choice{display:flex;gap:10px;align-items:center;margin:6px 0;font-weight:400;font-size:15px}
label.choice input{width:auto}
.error{background:var(--bad-page);color:var(--bad);border-radius:10px;padding:10px 12px;margin:16px 0 0;font-size:14px}
dl{display:grid;grid-template-columns:auto 1fr;gap:8px 20px;margin:20px 0 4px;padding:16px 0;
border-block:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
dd.sum{font-weight:650}
a{color:var(--accent)}
footer{margin-top:20px;text-align:center;color:var(--soft);font-size:13px}
"""


def escape(text: object) -> str:
    """Text for HTML, in attributes too."""
    return html.escape(str(text), quote=True)


def page(title: str, brand: str, content: str, *, note: str, status: int = 200, initial: str = "") -> HTMLResponse:
    """A page of the sandbox. `content` is HTML, everything else is text."""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head><body><main><div class="card">'
        f'<div class="brand"><span aria-hidden="true">{escape(initial or brand[:1])}</span>{escape(brand)}</div>'
        f"{content}</div><footer>{escape(note)}</footer></main></body></html>",
        status,
        headers={
            "Cache-Control": "no-store",
            "Referrer-Policy": "origin",
            # Not to be framed by others; the forms may lead back to any origin of the shop.
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
            " frame-ancestors 'none'; base-uri 'none'",
        },
    )
