"""A certificate for SeaweedFS's parts to know each other by: their gRPC ports answer nobody else.

Made once per stack. The key of the authority is thrown away at once, so nobody can ever issue a second one.
"""

import ipaddress
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.secrets import write_private

AUTHORITY, CERTIFICATE, KEY = "authority.pem", "certificate.pem", "key.pem"
LIFETIME = timedelta(days=3650)


def make_certificates(folder: Path) -> None:
    """Writes authority.pem, certificate.pem and key.pem (PEM) into `folder`; harmless when they are there."""
    if folder.exists():
        return
    unfinished = folder.with_name(f"{folder.name}.new")  # a run that was cut short must not leave half a set
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate(
        "licita local stack", authority_key, authority_key, x509.BasicConstraints(ca=True, path_length=0)
    )
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    own = _certificate("seaweedfs", key, authority_key, loopback, uses)
    (unfinished / AUTHORITY).write_bytes(authority.public_bytes(Encoding.PEM))
    (unfinished / CERTIFICATE).write_bytes(own.public_bytes(Encoding.PEM))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(unfinished / KEY, pem.decode())
    unfinished.rename(folder)


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *extensions: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("licita local stack"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a clock that is set back must not stop the stack
        .not_valid_after(now + LIFETIME)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
