"""What the commands of this service need besides their transaction: store, other services, key, settings."""

from dataclasses import dataclass

from licita_formats.notes import Signer

from services.bids.clients import People, Vendors
from services.bids.documents import Vault
from services.bids.settings import BidsSettings


@dataclass(frozen=True)
class House:
    """Made once by `app.py`."""

    vault: Vault
    vendors: Vendors
    people: People
    signer: Signer
    settings: BidsSettings
