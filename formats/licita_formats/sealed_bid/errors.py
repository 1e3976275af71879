"""Refusals of the sealed-bid format. Codes are stable; their sentences are in the messages of whoever shows them."""

from licita_formats.errors import FormatError


class SealedBidError(FormatError):
    """Base of the three."""


class PackageRefused(SealedBidError):
    """Documents, a manifest or an offer are not as the format says; at sealing or at opening."""


class EnvelopeRefused(SealedBidError):
    """An envelope or a ciphertext is not by the format, or not what this tender expects from this bidder."""


class ShareRefused(SealedBidError):
    """A share cannot be read, is not the one committed to, or shares do not give the bid's key.

    The code says whose fault it is: `share_*` that of the member named, `dealer_*` that of the bidder.
    """
