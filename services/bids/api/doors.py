"""The blueprint that all routes of bids stand on; its name begins the names of acts."""

from backbone.acts import Doors

doors = Doors("bids", __name__, description="Sealed bids and their opening")
