"""A time-stamping authority's word that some bytes existed at a moment (RFC 3161)."""

import contextlib
import hashlib
import http.client
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

PATIENCE = 10  # seconds for each answer of the authority
LARGEST = 200_000  # bytes of an answer; with a chain of certificates it has some thousands
CERTIFICATES = 0xA0  # the tag of SignedData.certificates
QUESTION, ANSWER = "application/timestamp-query", "application/timestamp-reply"


class NoTimestampError(Exception):
    """The authority does not answer, or its answer is none; the text is a sentence."""


def certificates(path: Path) -> list[Certificate]:
    """The authority's root certificates in a PEM file. Raises ValueError or OSError."""
    return load_pem_x509_certificates(path.read_bytes())


def stamp(data: bytes, *, address: str, roots: list[Certificate]) -> bytes:
    """The authority's answer over `data`, as it came (DER), checked. `roots`: who may have signed;
    without any only the digest and the nonce are compared, and whoever reads it has to look who
    signed.

    Raises NoTimestampError.
    """
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = _post(address, request.as_bytes())
    try:
        answer = _in_order(answer)
        response = decode_timestamp_response(answer)
        if PKIStatus(response.status) not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
            said = "；".join(response.status_string)
            raise NoTimestampError(f"时间戳服务拒绝了请求（{said or response.status}）。")
        if fault := _fault(response, data) or _nonce_fault(response, request):
            raise NoTimestampError(f"时间戳服务的应答不对：{fault}。")
        if roots:
            _verify(response, data, roots)
    except (ValueError, VerificationError) as error:
        raise NoTimestampError(f"时间戳服务的应答不对：{error}。") from error
    return answer


def _verify(response: TimeStampResponse, data: bytes, roots: list[Certificate]) -> None:
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    builder.build().verify_message(response, data)


def _nonce_fault(response: TimeStampResponse, request) -> str:
    return "" if response.tst_info.nonce == request.nonce else "应答的不是这次请求"


def fault_of(answer: bytes, data: bytes) -> str:
    """Why a kept answer is no stamp of these bytes; empty where it is. Raises ValueError where it
    cannot be read.
    """
    return _fault(decode_timestamp_response(answer), data)


def _fault(response: TimeStampResponse, data: bytes) -> str:
    imprint = response.tst_info.message_imprint.message
    return "" if imprint == hashlib.sha256(data).digest() else "摘要不同"


def _in_order(answer: bytes) -> bytes:
    """The answer with its certificates in the order that DER wants of a set. Authorities that run
    OpenSSL send them as they were configured, which the library refuses to read; the signature does
    not cover them. Raises ValueError.
    """
    try:
        _, token = _parts(answer, *_parts(answer, 0, len(answer))[0][1:])[:2]
        signed = _parts(answer, *_parts(answer, *token[1:])[1][1:])[0]
        _, start, end = next(p for p in _parts(answer, *signed[1:]) if answer[p[0]] == CERTIFICATES)
    except (IndexError, StopIteration, ValueError):
        return answer  # without a token, or without certificates: the library says what is wrong
    certificates = sorted(answer[part[0] : part[2]] for part in _parts(answer, start, end))
    return answer[:start] + b"".join(certificates) + answer[end:]


def _parts(data: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """(start, start of the content, end) of each value of DER between two places."""
    found = []
    while start < end:
        length, at = data[start + 1], start + 2
        if length >= 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size]), at + size
        if at + length > end:
            raise ValueError("该应答不完整")
        found.append((start, at, at + length))
        start = at + length
    return found


def _post(address: str, body: bytes) -> bytes:
    """One question over HTTP (RFC 3161, section 3.4)."""
    url = urlsplit(address)
    connection: http.client.HTTPConnection
    if url.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            url.hostname or "", url.port, timeout=PATIENCE, context=context
        )
    else:
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        with contextlib.closing(connection):
            connection.request("POST", path, body, {"Content-Type": QUESTION, "Accept": ANSWER})
            response = connection.getresponse()
            answer = response.read(LARGEST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise NoTimestampError(f"时间戳服务没有应答（{error}）。") from error
    if response.status != 200 or len(answer) > LARGEST:
        raise NoTimestampError(f"时间戳服务的应答不对（HTTP {response.status}）。")
    return answer
