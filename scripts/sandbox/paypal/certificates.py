"""The certificate that webhooks are signed with, and the chain that it hangs on: made once, kept in the state."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scripts.sandbox.store import Store, new_id

_SETTING = "paypal.certificates"

SIGNER = "messageverificationcerts.paypal.com"
"""Whom PayPal's own certificates are made out to."""


@dataclass(frozen=True)
class Issued:
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def issue(name: str, by: Issued | None, *, ca: bool, days: int = 3650, began: datetime | None = None) -> Issued:
    """A certificate, signed by another or by itself. A leaf's key is RSA, as the signatures want it."""
    key: CertificateIssuerPrivateKeyTypes
    key = ec.generate_private_key(ec.SECP256R1()) if ca else rsa.generate_private_key(65537, 2048)
    public = key.public_key()
    began = began or datetime.now(UTC) - timedelta(days=1)
    issuer_key = by.key if by else key
    issuer_name = by.certificate.subject if by else _name(name)
    usage = x509.KeyUsage(
        digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer_name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return Issued(builder.sign(issuer_key, hashes.SHA256()), key)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Certificates:
    """The chain of one sandbox: a root that the shop is told to trust, an issuer, and the leaf that signs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def _kept(self) -> dict[str, str]:
        """The chain, made when it is first asked for: a key of RSA takes its time."""
        kept: dict[str, str] | None = self._store.setting(_SETTING)
        if kept is None:
            root = issue("Souk Sandbox Root", None, ca=True)
            issuer = issue("Souk Sandbox Issuer", root, ca=True)
            leaf = issue(SIGNER, issuer, ca=False)
            key = leaf.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            root_der = root.certificate.public_bytes(serialization.Encoding.DER)
            kept = {
                "name": new_id("CERT-", 16),
                "root": base64.b64encode(root_der).decode(),
                "chain": leaf.pem + issuer.pem,
                "key": key.decode(),
            }
            self._store.set_setting(_SETTING, kept)
        return kept

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        key = serialization.load_pem_private_key(self._kept["key"].encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - it is what was written
        return key

    @property
    def name(self) -> str:
        """The last part of the certificate's address."""
        return self._kept["name"]

    @property
    def root(self) -> str:
        """Whom to trust: DER in base64, which fits one line of an environment."""
        return self._kept["root"]

    @property
    def chain(self) -> str:
        """The leaf and its issuer, as PEM."""
        return self._kept["chain"]

    def sign(self, message: bytes) -> str:
        """SHA256withRSA, in base64."""
        return base64.b64encode(self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()

    def signed(self, message: bytes, signature: str) -> bool:
        """Whether this signature is ours for the message: RSA signs the same bytes alike every time."""
        return signature == self.sign(message)


def signed_text(transmission_id: str, at: str, webhook_id: str, checksum: int) -> bytes:
    """What PayPal signs: https://developer.paypal.com/api/rest/webhooks/rest/#link-messageheaders."""
    return f"{transmission_id}|{at}|{webhook_id}|{checksum}".encode()
