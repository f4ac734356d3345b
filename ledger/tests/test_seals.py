"""The seal of packages, and signatures checked with the standard library alone."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings as project
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ledger import actions
from ledger.export import head_of_register
from ledger.outside import seals
from ledger.standalone import verify_register, verify_seal
from ledger.tests.builders import make_entry

RFC_8032 = (  # section 7.1, tests 1 to 3: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


def is_signed(key, signature, message):
    try:
        verify_seal.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_vectors_of_the_standard_hold(key, message, signature):
    assert is_signed(*map(bytes.fromhex, (key, signature, message)))


@pytest.mark.any_database
@hypothesis_settings(max_examples=25)
@given(
    seed=st.binary(min_size=32, max_size=32),
    message=st.binary(max_size=200),
    at=st.integers(0, 95),
    flip=st.integers(0, 255),
)
def test_it_agrees_with_the_library_on_any_signature_and_key(seed, message, at, flip):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    whole = bytearray(private.public_key().public_bytes_raw() + private.sign(message))
    whole[at] ^= flip
    key, signature = bytes(whole[:32]), bytes(whole[32:])
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        expected = True
    except (InvalidSignature, ValueError):
        expected = False
    assert is_signed(key, signature, message) == expected


def faults(seal, digest="a" * 64, entries=None):
    return verify_seal.seal_faults(verify_register, seal, digest, entries)


@pytest.mark.django_db
def test_a_seal_verifies_and_no_field_of_it_can_be_changed():
    make_entry()
    begun = seals.begin()
    seal = seals.seal(manifest_sha256="a" * 64, head=head_of_register(), begun=begun)
    assert faults(seal) == []
    assert faults(seal, digest="b" * 64)
    assert faults(seal, entries=[])
    for field in set(seal) - {"keys"}:
        assert faults(seal | {field: "0" * 64}), field
        assert faults({key: value for key, value in seal.items() if key != field}), field
    assert faults(None)
    assert faults([])
    assert seal == seals.seal(manifest_sha256="a" * 64, head=head_of_register(), begun=begun)


@pytest.mark.django_db
def test_after_a_change_of_keys_who_holds_the_old_one_can_go_on():
    make_entry()
    old = actions.register_key()
    actions.rotate_key()
    seal = seals.seal(manifest_sha256="a" * 64, head=head_of_register(), begun=1)
    assert seal["key_id"] != old.key_id
    for key in (old.key_id, old.public_key, seal["key_id"]):
        assert list(verify_seal.trust_faults(seal, None, key, "")) == []
    assert list(verify_seal.trust_faults(seal, None, "0" * 32, ""))


@pytest.mark.django_db
def test_a_machine_without_the_key_gives_packages_without_a_seal(settings, tmp_path):
    make_entry()
    actions.register_key()
    settings.LEDGER_KEY_FILE = tmp_path / "elsewhere" / "key"
    begun = seals.begin()
    assert seals.seal(manifest_sha256="a" * 64, head=head_of_register(), begun=begun) is None
    assert not project.LEDGER_KEY_FILE.exists()  # none of its own


def test_the_programs_are_under_150_lines_and_know_no_django():
    folders = ("ledger", "disclosure/files", "disclosure/revisions", "opendata")
    programs = [
        path for folder in folders for path in (project.BASE_DIR / folder).glob("standalone/v*.py")
    ]
    assert len(programs) == 5
    for path in programs:
        assert path.read_text().count("\n") < 150, path
        assert "django" not in path.read_text(), path
