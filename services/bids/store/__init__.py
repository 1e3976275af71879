"""Tables of bids and how their rows become what the domain knows. One file per thing stored."""
