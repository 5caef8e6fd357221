"""The one JSON and YAML codec: every number an int or a Decimal."""
