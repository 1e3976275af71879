"""Groups of subcommands; each module has a `register(main)`."""
