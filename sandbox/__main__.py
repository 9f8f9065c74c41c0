"""The command line of the sandbox."""


def main() -> None:
    """Start the sandbox."""
