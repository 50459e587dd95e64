#!/usr/bin/env bash
# `make test-oldest`: the core tests with the oldest versions that pyproject.toml allows, in build/oldest.
# ARGS="tests/core/cubes -x" runs a part.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
environment=build/oldest
python=$environment/bin/python
index=https://download.pytorch.org/whl/cpu

say() { printf 's3fn oldest: %s\n' "$*" >&2; }
pip() { "$python" -m pip install --quiet --disable-pip-version-check "$@" </dev/null; }
torch() { pip --no-deps --retries 1 --extra-index-url "$index" "torch==$1+cpu" 2>/dev/null; }

install() {
    local oldest pinned
    "${PYTHON:-python3}" -m venv --clear "$environment"
    oldest=$(sed -n 's/^ *"torch>=\([0-9.]*\)".*/\1/p' pyproject.toml)
    pinned=$(sed -n 's/^torch==//p' packaging/constraints.txt)
    torch "$oldest.0" || { say "no CPU build of torch $oldest to be had; going on with $pinned"; torch "$pinned"; }
    pip --constraint packaging/constraints.txt uv
    echo "torch; python_version < '0'" >"$environment/without-torch.txt" # uv would take the CUDA build
    "$python" -m uv pip compile --quiet --resolution lowest-direct --extra dev \
        --override "$environment/without-torch.txt" --python "$python" \
        --output-file "$environment/requirements.txt" pyproject.toml
    "$python" -m uv pip install --quiet --python "$python" --requirement "$environment/requirements.txt"
}

export QT_QPA_PLATFORM=offscreen HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1
install
"$python" -m pytest -p no:cacheprovider ${ARGS:-tests/core}
