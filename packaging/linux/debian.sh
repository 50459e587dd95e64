#!/usr/bin/env bash
# debian.sh FOLDER VERSION: pack the application of `make package` as dist/s3fn_VERSION_ARCHITECTURE.deb.
set -euo pipefail
folder=$(realpath "$1")
version=$2
cd "$(dirname "${BASH_SOURCE[0]}")"
id=org.s3fn.s3fn
architecture=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

put() { install -D --mode=644 "$1" "$root/usr/share/$2"; }

chmod 755 "$root"
mkdir -p "$root/usr/lib" "$root/usr/bin" "$root/DEBIAN"
cp -a --link "$folder" "$root/usr/lib/s3fn" 2>/dev/null || cp -a "$folder" "$root/usr/lib/s3fn"
ln -s ../lib/s3fn/s3fn ../lib/s3fn/s3fn-gui "$root/usr/bin"
put $id.desktop applications/$id.desktop
put $id.metainfo.xml metainfo/$id.metainfo.xml
put $id.mime.xml mime/packages/$id.xml
put ../../resources/icons/app.svg icons/hicolor/scalable/apps/$id.svg
put ../../LICENSE doc/s3fn/copyright

glibc=$(ldd --version | sed -n '1s/.* //p')
libraries=$(python3 -I ../../s3fn_gui/base/system_libraries.py --all | paste -sd, | sed 's/,/, /g')
cat >"$root/DEBIAN/control" <<CONTROL
Package: s3fn
Version: $version
Architecture: $architecture
Maintainer: The S3FN developers <nobody@localhost>
Section: science
Priority: optional
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: libc6 (>= $glibc), $libraries
Recommends: ca-certificates
Description: classify hyperspectral cubes with labels and words
 Open a hyperspectral cube, paint a few labels, describe each class in words, train, and see the map.
 The window is s3fn-gui, the command line s3fn. Python and all libraries are inside.
CONTROL
package=$(dirname "$folder")/s3fn_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zzstd --build "$root" "$package" >/dev/null
printf 's3fn package: %s: %s MB\n' "$package" "$(du -sm "$package" | cut -f1)" >&2
