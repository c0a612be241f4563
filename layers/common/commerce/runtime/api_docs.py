"""Swagger UI, from the copy that Powertools ships: no other host is asked for anything."""

from importlib.resources import files

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk API</title>
<style>%(css)s</style>
</head>
<body>
<div id="docs"></div>
<script>%(js)s</script>
<script>
  const here = window.location.pathname.replace(/\\/docs\\/?$/, "");
  fetch(here + "/%(spec)s").then((answer) => answer.json()).then((spec) => {
    spec.servers = [{ url: here || "/" }];
    SwaggerUIBundle({ dom_id: "#docs", spec, docExpansion: "list", deepLinking: true });
  });
</script>
</body>
</html>
"""


def page(spec: str) -> str:
    """The page that shows the description which lies beside it under the name `spec`."""
    shipped = files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
    script = (shipped / "swagger-ui-bundle.min.js").read_text()
    style = (shipped / "swagger-ui.min.css").read_text()
    return _PAGE % {"css": style, "js": script, "spec": spec}
