"""Swagger UI, from the copy that Powertools ships: no other host is asked for anything."""

import gzip
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
    return _PAGE % {"css": _shipped("swagger-ui.min.css"), "js": _shipped("swagger-ui-bundle.min.js"), "spec": spec}


def _shipped(name: str) -> str:
    """A file of the copy, which the layer keeps compressed."""
    folder = files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
    compressed = folder / f"{name}.gz"
    content = gzip.decompress(compressed.read_bytes()) if compressed.is_file() else (folder / name).read_bytes()
    return content.decode()
