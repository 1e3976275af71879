"""What makes two registrations the same legal entity, or two suppliers linked."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backbone.errors import Invalid
from services.vendors.domain.vendor import Address, ContactPoint, Identifier, Representative, traits
from tests.unit.vendors.facts import vendor

numbers = st.from_regex(r"[0-9A-Z]{1,12}(-[0-9])?", fullmatch=True)
blanks = st.text(" \t\u00a0\u2003", max_size=3)


@given(number=numbers, before=blanks, after=blanks)
def test_other_spellings_are_the_same_entity(number: str, before: str, after: str) -> None:
    """Control 3.2: (scheme, id) is one however it is typed."""
    usual = Identifier.normalised("PY-RUC", number)
    assert Identifier.normalised(f"{before}py-ruc{after}", f"{before}{number.lower()}{after}") == usual
    wide = "".join(chr(ord(each) + 0xFEE0) if each.isdigit() else each for each in number)
    assert Identifier.normalised("PY-RUC", wide.replace("-", "\u2013")) == usual


@given(
    scheme=st.sampled_from(["PY-RUC", "py-ruc", "RUC"]) | st.text(max_size=40),
    number=st.text(st.characters(categories=["L", "N"]), max_size=45) | st.text(max_size=60),
)
@settings(max_examples=500)
def test_normalising_is_refused_or_settled(scheme: str, number: str) -> None:
    try:
        found = Identifier.normalised(scheme, number)
    except Invalid as refused:
        assert refused.code in {"identifier_scheme_malformed", "identifier_malformed"}  # noqa: PT017  both are legal
    else:
        assert Identifier.normalised(found.scheme, found.id) == found
        assert not any(unicodedata.category(each)[0] in "CZ" for each in found.scheme + found.id)


@pytest.mark.parametrize(
    ("scheme", "number", "code"),
    [
        ("RUC", "80012345-6", "identifier_scheme_malformed"),
        ("PY RUC!", "1", "identifier_scheme_malformed"),
        ("PY-RUC", "", "identifier_malformed"),
        ("PY-RUC", "--", "identifier_malformed"),
        ("PY-RUC", "8" * 41, "identifier_malformed"),
        ("PY-RUC", "1'; DROP", "identifier_malformed"),
        ("PY-RUC", "1\u202e2", "identifier_malformed"),
    ],
)
def test_what_is_no_identifier_is_named(scheme: str, number: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        Identifier.normalised(scheme, number)


@pytest.mark.parametrize("scheme", ["PY-RUC", "CO-RUE", "GB-COH", "DE-CR", "BR-CNPJ", "XI-LEI"])
def test_registers_of_any_country_are_taken(scheme: str) -> None:
    """Control 3.1: not bound to a country."""
    assert Identifier.normalised(scheme, "12.345/A").scheme == scheme


def test_traits_survive_other_spellings() -> None:
    """Control 3.2: what is shared is found however it is written."""
    first = vendor(representative=Representative("José Núñez"))
    second = vendor(
        id="v2",
        contact_point=ContactPoint("Otra", " ventas@ferreteria.EXAMPLE ", "00595 21 123456"),
        representative=Representative("JOSE  NUNEZ"),
        address=Address(country="PY", street_address="AV. ESPANA, 1234", locality="Asuncion"),
    )
    assert traits(first) == traits(second)
    assert set(traits(first)) == {"email", "telephone", "representative", "address"}


def test_what_is_not_known_is_not_shared() -> None:
    plain = vendor(address=Address(country="PY"), contact_point=ContactPoint("Ventas", "a@b.example"))
    assert set(traits(plain)) == {"email"}


def test_a_document_counts_more_than_a_name() -> None:
    first = vendor(representative=Representative("Igual", "1234567"))
    second = vendor(representative=Representative("Igual", "7654321"))
    assert traits(first)["representative"] != traits(second)["representative"]
