"""Files in S3: what people upload by signed forms, what the shop serves, and what it writes for them to fetch."""

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any

from commerce.runtime.errors import Conflict, NotFound

CHUNK_BYTES = 1 << 20
PART_BYTES = 5 * 2**20
"""Bytes that each part but the last must have at least
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
"""


@dataclass(frozen=True)
class Stored:
    """A file as S3 has it. `size` in bytes."""

    key: str
    size: int
    content_type: str
    etag: str


@lru_cache(maxsize=1)
def client() -> Any:
    """The S3 client of this execution environment."""
    import boto3
    from botocore.config import Config

    # Virtual-hosted names need DNS that a laptop lacks.
    local = bool(os.environ.get("AWS_ENDPOINT_URL"))
    timeouts = Config(signature_version="s3v4", connect_timeout=3, read_timeout=20)
    return boto3.client("s3", config=timeouts.merge(Config(s3={"addressing_style": "path" if local else "virtual"})))


def upload_form(bucket: str, key: str, *, content_type: str, max_bytes: int, seconds: int) -> dict[str, Any]:
    """A form that lets its holder upload one file: `{"url": ..., "fields": {...}}`. S3 holds type and size
    (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).

    Args:
        bucket: where to.
        key: under which name.
        content_type: the only one it takes.
        max_bytes: the size it takes at most.
        seconds: how long it is good.
    """
    conditions: list[Any] = [["content-length-range", 1, max_bytes], {"Content-Type": content_type}]
    fields = {"Content-Type": content_type}
    form: dict[str, Any] = client().generate_presigned_post(
        bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds
    )
    return form


def link(bucket: str, key: str, *, seconds: int, file_name: str) -> str:
    """An address at which the file can be fetched for so many seconds, saved under this name."""
    parameters = {
        "Bucket": bucket,
        "Key": key,
        "ResponseContentDisposition": f'attachment; filename="{file_name}"',
    }
    return str(client().generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))


def look(bucket: str, key: str) -> Stored:
    """What is known of a file without reading it.

    Raises:
        NotFound: it is not there.
    """
    from botocore.exceptions import ClientError

    try:
        head = client().head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise _explained(error) from error
    return Stored(key, head["ContentLength"], head.get("ContentType", ""), head["ETag"].strip('"'))


def read(bucket: str, key: str, *, first: int = 0, count: int | None = None) -> bytes:
    """The file's content, or `count` bytes of it from byte `first` on.

    Raises:
        NotFound: it is not there.
    """
    from botocore.exceptions import ClientError

    wanted = {"Range": f"bytes={first}-{'' if count is None else first + count - 1}"} if first or count else {}
    try:
        return bytes(client().get_object(Bucket=bucket, Key=key, **wanted)["Body"].read())
    except ClientError as error:
        raise _explained(error) from error


def chunks(bucket: str, key: str) -> Iterator[bytes]:
    """The file's content, a megabyte at a time.

    Raises:
        NotFound: it is not there.
    """
    from botocore.exceptions import ClientError

    try:
        body = client().get_object(Bucket=bucket, Key=key)["Body"]
    except ClientError as error:
        raise _explained(error) from error
    yield from body.iter_chunks(CHUNK_BYTES)


def write(
    bucket: str, key: str, content: bytes, *, content_type: str, cache_control: str = "", sha256: bytes = b""
) -> None:
    """Puts a small file there, over what was there before. With its SHA-256, S3 takes it only if it has arrived whole,
    and keeps that beside it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).
    """
    kept = {"CacheControl": cache_control} if cache_control else {}
    if sha256:
        kept |= {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": base64.b64encode(sha256).decode()}
    client().put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type, **kept)


def upload(bucket: str, key: str, stream: IO[bytes], *, content_type: str) -> None:
    """Puts a file of any size there, in parts."""
    client().upload_fileobj(stream, bucket, key, ExtraArgs={"ContentType": content_type})


def copy(
    from_bucket: str, from_key: str, to_bucket: str, to_key: str, *, content_type: str, cache_control: str
) -> None:
    """Copies a file within S3, with other metadata."""
    client().copy_object(
        Bucket=to_bucket,
        Key=to_key,
        CopySource={"Bucket": from_bucket, "Key": from_key},
        MetadataDirective="REPLACE",
        ContentType=content_type,
        CacheControl=cache_control,
    )


def remove(bucket: str, key: str) -> None:
    """Removes a file; nothing happens where there is none."""
    client().delete_object(Bucket=bucket, Key=key)


def begin_parts(bucket: str, key: str, *, content_type: str) -> str:
    """Begins a file that comes in parts, maybe from several runs; the id of the upload."""
    return str(client().create_multipart_upload(Bucket=bucket, Key=key, ContentType=content_type)["UploadId"])


def write_part(bucket: str, key: str, upload_id: str, number: int, content: bytes) -> str:
    """Puts one part there (from 1 on), over what that part was before; its entity tag."""
    asked = {"Bucket": bucket, "Key": key, "UploadId": upload_id, "PartNumber": number}
    return str(client().upload_part(Body=content, **asked)["ETag"])


def end_parts(bucket: str, key: str, upload_id: str, etags: list[str]) -> None:
    """Makes one file of the parts.

    Raises:
        Conflict: a part is not the one that the tag names, or the upload is not known any more.
    """
    from botocore.exceptions import ClientError

    parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, start=1)]
    wanted = {"Bucket": bucket, "Key": key, "UploadId": upload_id, "MultipartUpload": {"Parts": parts}}
    try:
        client().complete_multipart_upload(**wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"InvalidPart", "InvalidPartOrder", "NoSuchUpload", "EntityTooSmall"}:
            raise Conflict("The parts are not those that were written.") from error
        raise


def _explained(error: Any) -> Exception:
    missing = error.response["Error"]["Code"] in {"NoSuchKey", "404", "NotFound"}
    return NotFound("There is no such file.") if missing else error
