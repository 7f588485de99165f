"""Compiles a LightGBM model with lleaves to a library of its own: `compile_lleaves.py MODEL.txt OUTPUT.so`."""

import subprocess
import sys
import tempfile
from pathlib import Path

import lleaves

model, output = sys.argv[1:]
with tempfile.TemporaryDirectory() as directory:
    code = Path(directory) / "model.o"
    lleaves.Model(model_file=model).compile(cache=str(code))
    subprocess.run(["cc", "-shared", "-o", output, str(code), "-lm"], check=True)
