"""An instance of Sigstore on this machine, with keys that live as long as the test.

Everything is verified as with the public instance: the chain of the certificate, the log that it
stands in, the log of signatures, and the time. ``with SigstoreServer() as server: ...``;
``server.trust_config`` is what ``--trust-config`` reads.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from servers.oidc import jwt
from servers.running import Hosted

ISSUER = "https://issuer.example.org"
IDENTITY = "https://forge.example.org/owner/repo/.forge/release.yml@refs/tags/v1"
OTHER = "https://forge.example.org/mallory/repo/.forge/release.yml@refs/tags/v1"
_ORIGIN = "log.example.org - 1"
_TIMESTAMPS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_ISSUER_V1 = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_AGE = timedelta(days=1)


def identity_token(subject: str = IDENTITY, *, audience: str = "sigstore", age: int = 0) -> str:
    """A token as an issuer of OpenID Connect hands it out, ``age`` seconds ago."""
    now = int(datetime.now(timezone.utc).timestamp()) - age
    claims = {"iss": ISSUER, "sub": subject, "iat": now, "exp": now + 300}
    return f"{jwt(audience, claims).rpartition('.')[0]}.{_text(b'recognisable')}"


class Instance:
    """A certificate authority and two logs; ``refuses`` is the status that they answer with."""

    def __init__(self) -> None:
        self.refuses = 0
        self.tokens: list[str] = []
        self._ca, self._ct, self._log = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        self.now = datetime.now(timezone.utc).replace(microsecond=0)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A throwaway authority")])
        key = self._ca.public_key()
        self._root = (
            x509.CertificateBuilder(name, name, key, x509.random_serial_number())
            .not_valid_before(self.now - _AGE)
            .not_valid_after(self.now + _AGE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(is_ca=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .sign(self._ca, hashes.SHA256())
        )

    def answer(self, path: str, authorization: str, body: Any) -> tuple[int, Any]:
        """What is answered to a request."""
        if self.refuses:
            return self.refuses, {"message": f"no, not {authorization}"}
        if path == "/api/v2/signingCert":
            token = authorization.removeprefix("Bearer ")
            self.tokens.append(token)
            request = base64.b64decode(body["certificateSigningRequest"])
            chain = [self.certificate(x509.load_pem_x509_csr(request), token), self._root]
            pems = [one.public_bytes(Encoding.PEM).decode() for one in chain]
            return 200, {"signedCertificateEmbeddedSct": {"chain": {"certificates": pems}}}
        return 201, self.entry(body)

    def certificate(self, request: x509.CertificateSigningRequest, token: str) -> x509.Certificate:
        """A certificate for minutes, with the timestamp of the log that it stands in."""
        payload = json.loads(base64.urlsafe_b64decode(f"{token.split('.')[1]}=="))
        name, builder = x509.UniformResourceIdentifier(payload["sub"]), x509.CertificateBuilder
        unlogged = (
            builder(self._root.subject, x509.Name([]), request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(minutes=1))
            .not_valid_after(self.now + timedelta(minutes=10))
            .add_extension(_usage(is_ca=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._ca.public_key()),
                critical=False,
            )
            .add_extension(x509.SubjectAlternativeName([name]), critical=True)
            .add_extension(
                x509.UnrecognizedExtension(_ISSUER_V1, payload["iss"].encode()), critical=False
            )
        )
        before = unlogged.sign(self._ca, hashes.SHA256()).tbs_certificate_bytes
        stamp = x509.UnrecognizedExtension(_TIMESTAMPS, self._timestamps(before))
        return unlogged.add_extension(stamp, critical=False).sign(self._ca, hashes.SHA256())

    def entry(self, proposed: Any) -> Any:
        """The entry of an envelope in a log that has no other."""
        content = proposed["spec"]["proposedContent"]
        envelope = json.loads(content["envelope"])
        payload = base64.b64decode(envelope["payload"])
        (signature,), (verifier,) = envelope["signatures"], content["verifiers"]
        spec: dict[str, Any] = {
            "envelopeHash": _hashed(content["envelope"].encode()),
            "payloadHash": _hashed(payload),
            "signatures": [{"signature": signature["sig"], "verifier": verifier}],
        }
        body = rfc8785.dumps({"apiVersion": "0.0.1", "kind": "dsse", "spec": spec})
        root = hashlib.sha256(b"\0" + body).digest()
        log = _key_id(self._log)
        promised: dict[str, Any] = {
            "body": _text(body),
            "integratedTime": int(self.now.timestamp()),
            "logID": log.hex(),
            "logIndex": 0,
        }
        note = f"{_ORIGIN}\n1\n{_text(root)}\n"
        mark = _text(log[:4] + self._sign(self._log, note.encode()))
        proof = {
            "logIndex": 0,
            "rootHash": root.hex(),
            "treeSize": 1,
            "hashes": [],
            "checkpoint": f"{note}\n\u2014 {_ORIGIN.partition(' ')[0]} {mark}\n",
        }
        promise = _text(self._sign(self._log, rfc8785.dumps(promised)))
        verification = {"inclusionProof": proof, "signedEntryTimestamp": promise}
        return {"1": {**promised, "verification": verification}}

    def trust_config(self, url: str) -> str:
        """What a client trusts, and where it signs."""
        span = {"start": (self.now - _AGE).isoformat().replace("+00:00", "Z")}
        service = {"url": url, "majorApiVersion": 1, "validFor": span, "operator": "test"}
        kind = "application/vnd.dev.sigstore"
        chain = {"certificates": [{"rawBytes": _text(self._root.public_bytes(Encoding.DER))}]}
        authority = {
            "subject": {"organization": "test", "commonName": "test"},
            "uri": url,
            "certChain": chain,
            "validFor": span,
        }
        document = {
            "mediaType": f"{kind}.clienttrustconfig.v0.1+json",
            "trustedRoot": {
                "mediaType": f"{kind}.trustedroot+json;version=0.1",
                "tlogs": [_trusted(self._log, url, span)],
                "certificateAuthorities": [authority],
                "ctlogs": [_trusted(self._ct, url, span)],
                "timestampAuthorities": [],
            },
            "signingConfig": {
                "mediaType": f"{kind}.signingconfig.v0.2+json",
                "caUrls": [service],
                "oidcUrls": [service],
                "rekorTlogUrls": [service],
                "rekorTlogConfig": {"selector": "ANY"},
                "tsaUrls": [],
                "tsaConfig": {"selector": "ANY"},
            },
        }
        return json.dumps(document)

    def _timestamps(self, unlogged: bytes) -> bytes:
        """The timestamp of RFC 6962, as an extension holds it."""
        at = int(self.now.timestamp()) * 1000
        issuer = _key_id(self._ca)
        entry = issuer + len(unlogged).to_bytes(3, "big") + unlogged
        signed = struct.pack("!BBQH", 0, 0, at, 1) + entry + b"\0\0"
        signature = self._sign(self._ct, signed)
        stamp = b"\0" + _key_id(self._ct) + struct.pack("!QH", at, 0) + b"\4\3"
        stamp += struct.pack("!H", len(signature)) + signature
        listed = struct.pack("!HH", len(stamp) + 2, len(stamp)) + stamp
        assert len(listed) < 0x80 + 0x80
        size = bytes([len(listed)]) if len(listed) < 0x80 else bytes([0x81, len(listed)])
        return b"\4" + size + listed

    @staticmethod
    def _sign(key: ec.EllipticCurvePrivateKey, content: bytes) -> bytes:
        return key.sign(content, ec.ECDSA(hashes.SHA256()))


class SigstoreServer(Hosted):
    """An instance of Sigstore, reached by HTTP."""

    def __init__(self) -> None:
        self.instance = Instance()

    def __enter__(self) -> SigstoreServer:  # noqa: PYI034 - Self is of Python 3.11
        instance = self.instance

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as its base
                """Be silent."""

            def do_GET(self) -> None:
                audience = parse_qs(urlsplit(self.path).query)["audience"][0]
                self._answer(200, {"value": identity_token(audience=audience)})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                authorization = self.headers.get("Authorization", "")
                self._answer(*instance.answer(self.path, authorization, body))

            def _answer(self, status: int, document: Any) -> None:
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._host(Handler)
        return self

    @property
    def trust_config(self) -> str:
        """The description of this instance."""
        return self.instance.trust_config(self.base)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a job of GitHub, whose issuer is here."""
        return {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.base}/token?api-version=2",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "recognisable-request-token",
        }


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _trusted(key: ec.EllipticCurvePrivateKey, url: str, span: Mapping[str, str]) -> dict[str, Any]:
    public = {
        "rawBytes": _text(_spki(key)),
        "keyDetails": "PKIX_ECDSA_P256_SHA_256",
        "validFor": span,
    }
    return {
        "baseUrl": url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": public,
        "logId": {"keyId": _text(_key_id(key))},
    }


def _hashed(content: bytes) -> dict[str, str]:
    return {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()}


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _key_id(key: ec.EllipticCurvePrivateKey) -> bytes:
    return hashlib.sha256(_spki(key)).digest()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
