"""The catalogue is to be written to a file; from a queue."""

from commerce.catalog.events import ExportRequested
from commerce.catalog.exchange import exporting
from commerce.catalog.exchange.queues import JobQueue

consume = JobQueue("products.run_export", exporting.advance)
consume.go_on_at(ExportRequested, "export_id")

handler = consume.handler
