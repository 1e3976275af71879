"""The `licita` command, for officers, bidders, committee members and auditors. Needs none of the services installed."""
