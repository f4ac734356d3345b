"""The second factor (动态口令; GB/T 22239-2019, 8.1.4.1 d): six figures of an authenticator, or one
of ten backup codes.
"""

import base64
import re
import secrets
import time
from urllib.parse import quote, urlencode

import django_otp
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_otp.models import VerifyNotAllowed
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import secrets_at_rest
from portal.accounts.models import Authenticator

SECRET_BYTES = 20  # RFC 4226 recommends 160 bits
STEP_SECONDS = 30
BACKUP_CODES = 10
BACKUP_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like another
BACKUP_LENGTH = 10  # 49 bits
OFF, OPTIONAL, REQUIRED = "off", "optional", "required"


def is_enrolled(user):
    """Whether this person is asked for a code after the password."""
    return settings.SECOND_FACTOR != OFF and authenticator_of(user) is not None


def authenticator_of(user):
    """The authenticator somebody uses, or None."""
    return Authenticator.objects.filter(user=user, confirmed=True).first()


def must_enrol(user):
    """Whether somebody may do nothing else before they have a second factor."""
    return settings.SECOND_FACTOR == REQUIRED and authenticator_of(user) is None


def new_secret():
    """A secret for an authenticator, in base32 as it is typed and as QR codes carry it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def otpauth(user, secret):
    """What the QR code says: the address authenticators read."""
    issuer = settings.SITE["name"] + settings.SITE["platform"]
    label = quote(f"{issuer}:{user.get_username()}")
    facts = {
        "secret": secret,
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": 6,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{label}?{urlencode(facts, quote_via=quote)}"


def plain(code):
    """A code as somebody typed it, without the blanks and hyphens it was printed with."""
    return re.sub(r"[\s\-－—]", "", code).lower()[:32]


@transaction.atomic
def enrol(user, secret, code):
    """Make an authenticator the account's only one, if the code is right: proof that it was set up.
    Returns the backup codes, which are shown once; None where the code is wrong. Raises
    ConfidentialError where its secret cannot be encrypted.
    """
    key = base64.b32decode(secret)
    sealed = secrets_at_rest.sealed(key, user_id=user.pk)
    totp = TOTP(key, STEP_SECONDS)
    totp.time = time.time()
    if not (code.isdecimal() and totp.verify(int(code), tolerance=1)):
        return None
    TOTPDevice.objects.filter(user=user).delete()
    Authenticator.objects.create(
        user=user, name="动态口令", key=sealed, last_t=totp.t(), drift=totp.drift, confirmed=True
    )
    return new_backup_codes(user)


@transaction.atomic
def new_backup_codes(user):
    """Ten codes, each good for one log-in; those before are void. The database keeps keyed hashes
    of them.
    """
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="备用码", confirmed=True)
    codes = [
        "".join(secrets.choice(BACKUP_LETTERS) for _ in range(BACKUP_LENGTH))
        for _ in range(BACKUP_CODES)
    ]
    for code in codes:
        device.token_set.create(token=secrets_at_rest.digest(code, user_id=user.pk))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def backup_codes_left(user):
    """How many backup codes are still good."""
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def _device_and_token(user, code):
    if re.fullmatch(r"\d{6}", code):
        return authenticator_of(user), code
    return StaticDevice.objects.filter(user=user).first(), secrets_at_rest.digest(
        code, user_id=user.pk
    )


def verify(user, code):
    """The name of what accepted the code (动态口令, 备用码), or empty. A code is good once.

    Raises ConfidentialError where the secret cannot be decrypted; backup codes need no key.
    """
    device, token = _device_and_token(user, code)
    if device is None:
        return ""
    accepted = django_otp.verify_token(user, device.persistent_id, token)
    return accepted.name if accepted else ""


def seconds_to_wait(user, code):
    """After wrong codes django-otp takes no further one for 1, 2, 4, 8 … seconds, from wherever it
    comes.
    """
    device, _ = _device_and_token(user, code)
    allowed, why = device.verify_is_allowed() if device is not None else (True, None)
    if allowed or why["reason"] != VerifyNotAllowed.N_FAILED_ATTEMPTS:
        return 0
    return int((why["locked_until"] - timezone.now()).total_seconds()) + 1


@transaction.atomic
def remove(user):
    """Take the second factor from an account; how many parts it had. The next log-in asks for the
    password alone.
    """
    return sum(kind.objects.filter(user=user).delete()[0] for kind in (TOTPDevice, StaticDevice))
