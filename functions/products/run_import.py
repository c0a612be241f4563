"""A product file is there, or an import is to go on or to be undone; from a queue."""

from commerce.catalog.events import ImportPaused, ImportUndoRequested
from commerce.catalog.exchange import running
from commerce.catalog.exchange.queues import JobQueue

consume = JobQueue("products.run_import", running.advance)
consume.go_on_at(ImportPaused, "import_id")
consume.go_on_at(ImportUndoRequested, "import_id")

handler = consume.handler
