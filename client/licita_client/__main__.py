"""`python -m licita_client` is the `licita` command."""

from licita_client.cli import main

if __name__ == "__main__":
    main()
