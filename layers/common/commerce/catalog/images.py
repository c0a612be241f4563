"""Pictures of products: uploaded by a signed form, looked at, then served.

What was uploaded lies where nobody can fetch it until its first bytes have shown that it is the picture that it claims
to be. Only then it is copied to where the shop serves it from, under a name of its own that never changes.
"""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.drafts import MAX_IMAGES
from commerce.catalog.model import Image, Product
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.standings import STANDINGS
from commerce.catalog.store import PRODUCTS
from commerce.runtime import audit, cache, files
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.settings import settings

MAX_BYTES = 10 * 1024 * 1024
FORM_SECONDS = 900
KEEP = timedelta(days=7)  # As long as the bucket keeps what was uploaded.
FOREVER = "public, max-age=31536000, immutable"

type ContentType = Literal["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"]

# No SVG: it may hold scripts.
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/avif": "avif", "image/gif": "gif"}


class TooManyImages(Conflict):
    """409: the product has as many pictures as it may have."""

    code, title = "too_many_images", f"A product has {MAX_IMAGES} pictures at most"


class NewImage(BaseModel):
    """A picture to come, and what it shows, for those who do not see it."""

    model_config = ConfigDict(extra="forbid")

    content_type: ContentType
    alt: Annotated[str, StringConstraints(max_length=512, strip_whitespace=True)] = ""


class ImageForm(BaseModel):
    """Where the picture is sent to, with all fields and the picture as `file`, last (multipart/form-data)."""

    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: Moment


class ImageUploadView(BaseModel):
    """A picture that may be uploaded. It joins the product a moment after it is there; the audit trail says if not."""

    id: str
    content_type: ContentType
    upload: ImageForm


class ImageUpload(Document):
    """A picture on its way."""

    product_id: str
    content_type: ContentType
    alt: str
    who: str
    status: Literal["awaited", "added", "refused"] = "awaited"
    until: Moment


class ImageUploads(Collection[ImageUpload]):
    """The collection `image_uploads`."""

    name = "image_uploads"
    model = ImageUpload
    indexes = (Index((("until", 1),), expire_after_seconds=0),)


UPLOADS = ImageUploads()


def begin(product_id: str, wanted: NewImage, *, who: str, once: Once) -> ImageUploadView:
    """A form by which a picture of a product can be uploaded.

    Raises:
        NotFound: there is no such product.
        TooManyImages: it has as many as it may have.
    """
    product = PRODUCTS.get(product_id)
    if product is None:
        raise NotFound("There is no such product.")
    if len(product.images) >= MAX_IMAGES:
        raise TooManyImages
    upload = ImageUpload(id=new_id("img"), product_id=product_id, **wanted.model_dump(), who=who, until=now() + KEEP)
    form = files.upload_form(
        settings().need("uploads_bucket"),
        f"images/{upload.id}",
        content_type=wanted.content_type,
        max_bytes=MAX_BYTES,
        seconds=FORM_SECONDS,
    )
    expires_at = now() + timedelta(seconds=FORM_SECONDS)
    signed = ImageForm(url=form["url"], fields=form["fields"], max_bytes=MAX_BYTES, expires_at=expires_at)
    view = ImageUploadView(id=upload.id, content_type=wanted.content_type, upload=signed)
    changes = Changes()
    changes.insert(UPLOADS, upload)
    once.keep(changes, view)
    changes.commit()
    return view


def take(image_id: str) -> None:
    """A file has come: it becomes a picture of its product, or is refused. Done twice, it is done once.

    Killed at any line, the next delivery does it again: the copy has the same name, the product takes it once, and the
    file goes last.
    """
    bucket, key = settings().need("uploads_bucket"), f"images/{image_id}"
    upload = UPLOADS.get(image_id)
    if upload is not None and upload.status == "awaited":
        try:
            stored = files.look(bucket, key)
        except NotFound:
            return
        seen = kind(files.read(bucket, key, count=32))
        if seen == upload.content_type and stored.size <= MAX_BYTES:
            _add(upload, bucket, key)
        else:
            _refuse(upload, seen or "no picture")
    files.remove(bucket, key)


def kind(first_bytes: bytes) -> str:
    """What a file is by its first 32 bytes, whatever its name says; empty for anything that is no picture of ours.

    Signatures: JPEG (ITU T.81), PNG (RFC 2083), GIF (GIF89a), WebP (RFC 9649), AVIF (ISO/IEC 23000-22).
    """
    if first_bytes.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if first_bytes.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if first_bytes[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if first_bytes[:4] == b"RIFF" and first_bytes[8:12] == b"WEBP":
        return "image/webp"
    if first_bytes[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return ""


def _add(upload: ImageUpload, bucket: str, key: str) -> None:
    path = f"media/products/{upload.product_id}/{upload.id}.{EXTENSIONS[upload.content_type]}"
    files.copy(
        bucket, key, settings().need("media_bucket"), path, content_type=upload.content_type, cache_control=FOREVER
    )

    def attempt() -> None:
        product = PRODUCTS.get(upload.product_id)
        current = UPLOADS.get(upload.id)
        if product is None or current is None or current.status != "awaited":
            return
        with_it = product.model_copy(deep=True)
        with_it.images.append(Image(id=upload.id, url=f"/{path}", alt=upload.alt))
        changes = Changes()
        _settle(changes, upload, "added")
        publishing.put(changes, with_it, known=product, standing=STANDINGS.get(product.id), tree=CATEGORIES.tree())
        publishing.announce(changes, [product.id], "updated")
        before, after = _images(product), _images(with_it)
        audit.note(changes, who=upload.who, action="image.added", subject=product.id, before=before, after=after)
        changes.commit()

    retry_stale(attempt)
    cache.bump(CACHE_SCOPE)


def _refuse(upload: ImageUpload, seen: str) -> None:
    changes = Changes()
    _settle(changes, upload, "refused")
    before, after = {"content_type": upload.content_type}, {"content_type": seen}
    audit.note(changes, who=upload.who, action="image.refused", subject=upload.product_id, before=before, after=after)
    changes.commit()


def _settle(changes: Changes, upload: ImageUpload, status: str) -> None:
    changes.update(UPLOADS, {"_id": upload.id, "status": "awaited"}, {"$set": {"status": status}})


def _images(product: Product) -> dict[str, Any]:
    return {"images": [image.model_dump() for image in product.images]}
