"""The books are to be written to a file; from a queue."""

from commerce.payments import exporting
from commerce.payments.events import LedgerExportRequested
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("payments.run_transactions_export")


@consume.on(LedgerExportRequested)
def on_request(fact: LedgerExportRequested, delivery: Delivery) -> None:
    exporting.run(fact.export_id, delivery)


handler = consume.handler
