"""The one JSON and YAML codec: every number an int or a Decimal.

What comes from outside is read by `loads_strict` and `load_yaml`; what the product wrote itself by
`loads`. `canonical` is the form that digests are made of.
"""

from orderloom.platform.codec.canonical import canonical, digest
from orderloom.platform.codec.error import CodecError
from orderloom.platform.codec.json_text import dumps, loads, pretty
from orderloom.platform.codec.patches import apply_patch, diff_patch, merge_patch
from orderloom.platform.codec.strict import loads_strict
from orderloom.platform.codec.yaml_text import Located, dump_yaml, load_all_yaml, load_yaml

__all__ = [
    "CodecError",
    "Located",
    "apply_patch",
    "canonical",
    "diff_patch",
    "digest",
    "dump_yaml",
    "dumps",
    "load_all_yaml",
    "load_yaml",
    "loads",
    "loads_strict",
    "merge_patch",
    "pretty",
]
