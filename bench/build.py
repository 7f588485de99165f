"""Release builds of what is measured."""

import subprocess
import sys

from .servers import ROOT


def build(product):
    """The path of a product of the package, built in release mode."""
    print(f"… building {product}", file=sys.stderr, flush=True)
    result = subprocess.run(
        ["script/build", product], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        errors = [line for line in result.stdout.splitlines() if "error:" in line] or result.stdout.splitlines()[-1:]
        raise RuntimeError(f"{product} does not build: {errors[0]}")
    return ROOT / ".build/release" / product
