"""Events: past-tense facts in one envelope.

    detail = {"metadata": {event_id, schema_version, occurred_at, correlation_id, causation_id}, "data": {...}}

A context declares its facts in `events.py` as subclasses of `Fact`; only the owner of a fact publishes it. A consumer
may meet a newer minor shape (members it does not know are ignored) but never a newer schema version.
"""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from commerce.runtime.clock import Moment


class Fact(BaseModel):
    """What happened. The class name is the detail-type; `source` is `souk.<service>`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: ClassVar[str]
    schema_version: ClassVar[int] = 1

    @classmethod
    def type_name(cls) -> str:
        """The detail-type."""
        return cls.__name__

    def about(self) -> list[str]:
        """The ids of what it tells of: how it is found when a person is to be forgotten."""
        members = {name: getattr(self, name) for name in type(self).model_fields if name.endswith("_id")}
        return sorted({value for value in members.values() if isinstance(value, str) and value})


class Metadata(BaseModel):
    """What the envelope says about a fact."""

    event_id: str
    schema_version: int
    occurred_at: Moment
    correlation_id: str = ""
    causation_id: str = ""


class Envelope(BaseModel):
    """The `detail` of an event on the bus."""

    metadata: Metadata
    data: dict[str, Any]


class UnknownSchema(ValueError):
    """An event of a schema version that this code is older than: it waits in the dead-letter queue for an update."""


def read[F: Fact](fact: type[F], envelope: Envelope) -> F:
    """The fact in an envelope.

    Raises:
        UnknownSchema: the version is newer than this code.
        pydantic.ValidationError: the data does not fit.
    """
    if envelope.metadata.schema_version > fact.schema_version:
        raise UnknownSchema(f"{fact.type_name()} version {envelope.metadata.schema_version}")
    return fact.model_validate(envelope.data)


class BusEvent(BaseModel):
    """An EventBridge event as a queue delivers it."""

    model_config = ConfigDict(populate_by_name=True, extra="ignore")

    source: str
    detail_type: str
    detail: Envelope

    @classmethod
    def parse(cls, body: str) -> Self:
        """Reads the body of an SQS message that a bus rule made.

        Raises:
            pydantic.ValidationError: it is not one.
        """
        return cls.model_validate_json(body.replace('"detail-type"', '"detail_type"', 1))
