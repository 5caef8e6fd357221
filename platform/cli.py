"""The command `orderloom`."""

import click


@click.group(name="orderloom")
@click.version_option(package_name="orderloom")
def main() -> None:
    """Run stored process definitions as orders, with forms, rules, approvals and an audit."""
