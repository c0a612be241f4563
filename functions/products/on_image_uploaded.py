"""A picture is there, says S3 through a queue: it is looked at, and joins its product."""

from commerce.catalog import images
from commerce.catalog.exchange.queues import JobQueue

consume = JobQueue("products.on_image_uploaded", lambda image_id, _seconds_left: images.take(image_id))

handler = consume.handler
