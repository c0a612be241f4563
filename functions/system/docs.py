"""The API to read and try: GET /docs."""

from commerce.runtime import http
from commerce.runtime.api_docs import page

app = http.api()


@app.get("/docs", tags=["system"], include_in_schema=False)
def docs() -> http.Response[str]:
    """Swagger UI over the API's description."""
    headers = {"Cache-Control": "public, max-age=0, s-maxage=300, must-revalidate"}
    return http.Response(200, "text/html; charset=utf-8", page("openapi.json"), headers)


handler = http.handler(app)
