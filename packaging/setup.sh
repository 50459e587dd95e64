#!/usr/bin/env bash
# Make or renew the pinned environment in .venv: both programs, and what tests and checks need.
# `make venv` runs this only when something it depends on has changed; running it again is safe.
# PYTHON=/path/to/python3.12 chooses the Python; TORCH=cuda takes PyTorch for an NVIDIA card (several GB).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=set-up
source packaging/system_packages.sh

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
            2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "this needs Python 3.11 to 3.14, and ${PYTHON:-python3} is none. Install one (Debian," \
        "Ubuntu: apt-get install python3 python3-venv) or name it: make venv PYTHON=/path/to/it"
}

missing_packages() { # Debian packages that this machine lacks; --window counts those of a display
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    if [[ $(uname) == Linux ]]; then
        "$python" -I s3fn_gui/base/system_libraries.py "$@"
    fi
}

install_missing() {
    local missing
    missing=$(missing_packages --window)
    if [[ -n $missing && -z ${DISPLAY:-}${WAYLAND_DISPLAY:-} && -z $(missing_packages) ]] && ! can_install; then
        say "no display here: going on without" $missing", which only windows need"
    else
        install_packages $missing
    fi
}

python=$(find_python)
install_missing

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear .venv
fi
say "installing the pinned Python packages into .venv; the first time takes some minutes"
pip=(.venv/bin/python -m pip install --disable-pip-version-check --no-input
    --constraint packaging/constraints.txt)
[[ -t 2 ]] || pip+=(--quiet)
install_torch() { # what pip finds for Linux brings CUDA, so the CPU build comes first, from PyTorch's own index
    [[ $(uname) == Linux && ${TORCH:-cpu} == cpu ]] || return 0
    local pinned index=https://download.pytorch.org/whl/cpu
    pinned=$(grep -i '^torch==' packaging/constraints.txt)
    "${pip[@]}" --no-deps --retries 1 --extra-index-url "$index" "$pinned+cpu" </dev/null ||
        fail "the CPU build of PyTorch could not be had from $index (see above). To take the build" \
            "for NVIDIA cards in its place (several GB): make venv TORCH=cuda"
}

# What builds S3FN and spectral, which comes as source; later Pythons bring no setuptools of their own.
"${pip[@]}" hatchling setuptools </dev/null
install_torch
"${pip[@]}" --no-build-isolation --use-pep517 --editable '.[dev]' </dev/null
say "ready: .venv/bin/s3fn (command line) and .venv/bin/s3fn-gui (window)"
