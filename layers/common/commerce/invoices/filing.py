"""Where the PDFs lie: in a bucket of their own, each under a name that its content makes.

A document is stored with its number first, its file after that. Whoever finds a document without one, the next delivery
or the next reader, makes it; the same document gives the same bytes, and another content would have another name, so
nothing is ever written over.
"""

import hashlib

from commerce.invoices.model import File, Invoice
from commerce.invoices.store import INVOICES
from commerce.runtime import files
from commerce.runtime.settings import settings

LINK_SECONDS = 300


def filed(document: Invoice) -> File:
    """The document's file, which is made if it is not there yet. No round trip when it is; else one, and one of
    S3's.
    """
    if document.file:
        return document.file
    from commerce.invoices.pdf.page import render  # 60 ms of languages that nobody else waits for

    content = render(document)
    digest = hashlib.sha256(content)
    key = f"{document.seller.series}/{document.day.year}/{document.number}-{digest.hexdigest()[:16]}.pdf"
    files.write(bucket(), key, content, content_type="application/pdf", sha256=digest.digest())
    file = File(key=key, sha256=digest.hexdigest(), size=len(content))
    unfiled = {"_id": document.id, "file": {"$exists": False}}
    noted = INVOICES.handle.update_one(unfiled, {"$set": {"file": file.model_dump()}})
    quicker = None if noted.matched_count else INVOICES.get(document.id)
    # It may have been made by another version of this code: the first one counts.
    return quicker.file if quicker and quicker.file else file


def link(number: str, file: File) -> str:
    """An address at which the file can be fetched for LINK_SECONDS, saved under the document's number."""
    return files.link(bucket(), file.key, seconds=LINK_SECONDS, file_name=f"{number}.pdf")


def bucket() -> str:
    """The bucket's name.

    Raises:
        Misconfigured: this function is not given one.
    """
    return settings().need("invoices_bucket")
