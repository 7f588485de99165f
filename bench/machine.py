"""What the figures depend on: the machine and the versions, without anything that names the machine."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path


def facts(executable, python, postgres):
    """Facts for the result file. `python` is the interpreter with the Python peers; it and `postgres` may be None."""
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": _machine(),
        "versions": {
            "inspectia": _first_line([executable, "--version"]),
            "swift": _version(["swift", "--version"]), "wrk": _version(["wrk", "-v"]),
            "nginx": _version(["nginx", "-v"]), "openssl": _version(["openssl", "version"]),
            "postgresql": _version([postgres / "postgres", "--version"]) if postgres else None,
            **_python_versions(python, ["fastapi", "uvicorn", "uvloop", "httptools", "orjson"]),
        },
    }


def forest_facts(python):
    """The same for the forests: `python` is the interpreter with their peers."""
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": _machine(),
        "versions": {
            "swift": _version(["swift", "--version"]), "cc": _version(["cc", "--version"]),
            **_python_versions(python, ["catboost", "lightgbm", "xgboost", "numpy"]),
        },
    }


def import_facts(executable, python):
    """The same for declarations: `python` is the interpreter with their peers."""
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": _machine(),
        "versions": {
            "inspectia": _first_line([executable, "--version"]), "swift": _version(["swift", "--version"]),
            **_python_versions(python, ["lightgbm", "numpy", "pandas", "scikit-learn", "xgboost"]),
        },
    }


def ocr_facts(executable):
    """The same for documents; the peer is the command of Tesseract, ours uses its library."""
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": _machine(),
        "versions": {
            "inspectia": _first_line([executable, "--version"]), "swift": _version(["swift", "--version"]),
            "tesseract": _version(["tesseract", "--version"]),
        },
    }


def _machine():
    return {
        "cores": len(os.sched_getaffinity(0)), "cpu": _cpu_model(), "memory_gib": _memory(),
        "architecture": platform.machine(), "kernel": platform.release(), "system": _system(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _cpu_model():
    names = re.findall(r"(?m)^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text())
    return names[0] if names else platform.processor()


def _memory():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _system():
    found = re.search(r'(?m)^PRETTY_NAME="(.+)"$', Path("/etc/os-release").read_text())
    return found[1] if found else ""


def _output(command):
    try:
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=20)
    except OSError:
        return ""
    return result.stdout + result.stderr


def _first_line(command):
    return (_output(command).strip().splitlines() or [None])[0]


def _version(command):
    found = re.search(r"\d+\.\d+(\.\d+)?", _output(command))
    return found[0] if found else None


def _python_versions(python, names):
    if python is None:
        return {"python": platform.python_version()}
    script = "import platform, sys; from importlib.metadata import version; " \
        "print(platform.python_version(), *map(version, sys.argv[1:]))"
    values = _output([python, "-c", script, *names]).split()
    return dict(zip(["python", *names], values))
