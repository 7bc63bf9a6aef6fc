"""`python -m orewire.cli` is the `orewire` command."""

from orewire.cli.main import main

if __name__ == "__main__":
    main()
