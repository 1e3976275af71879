"""The rules of bids: plain Python, no I/O, no clock of its own. Instants are timezone-aware UTC.

`tender` when bids are taken and opened, `bid` a bid's life, `eligibility` who may bid, `opening` the quorum,
`record` what is committed to before the opening, `acta` what is announced.
"""
