# Sourced by setup.sh and package.sh, which set name: say, fail, and install what Debian calls its packages.

say() { printf 's3fn %s: %s\n' "$name" "$*" >&2; }
fail() { say "$@"; exit 1; }

can_install() { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }

install_packages() { # install the packages named, or end with the one command that does
    [[ $# -gt 0 ]] || return 0
    local sudo=() command=(apt-get install --yes --no-install-recommends "$@")
    command -v apt-get >/dev/null ||
        fail "system packages are missing; Debian calls them $*. Install what your system calls them," \
            "then run this again."
    if ! can_install; then
        command -v sudo >/dev/null ||
            fail "system packages are missing. Install them as root (after su -), then run this again:" \
                $'\n\n    apt-get update &&' "${command[*]}" $'\n'
        fail "system packages are missing. Install them, then run this again:" \
            $'\n\n    sudo apt-get update && sudo' "${command[*]}" $'\n'
    fi
    [[ $(id -u) == 0 ]] || sudo=(sudo)
    say "installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    "${sudo[@]}" apt-get update -qq </dev/null || say "apt-get update failed; trying without"
    "${sudo[@]}" "${command[@]}" -qq </dev/null >/dev/null
}
