#!/usr/bin/env bash
# Unpacks CPython 3.14's own tests (Debian's package of them, with the library they belong to) into DIR, for
#   cargo xtask cpython --tests DIR/usr/lib/python3.14
# From Debian's unstable suite, through the mirror that this machine uses; nothing is installed.
set -euo pipefail
directory=${1:?usage: tests/cpython/fetch.sh DIR}
mkdir -p "$directory"/apt/{lists/partial,cache/archives/partial}
directory=$(cd "$directory" && pwd)
mirror=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "fetch.sh: this machine has no Debian mirror configured" >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] $mirror sid main" >"$directory/apt/sources.list"
cat >"$directory/apt/apt.conf" <<CONF
Dir::Etc::SourceList "$directory/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$directory/apt/lists";
Dir::Cache "$directory/apt/cache";
APT::Sandbox::User "root";
CONF
apt-get -c "$directory/apt/apt.conf" -qq update
cd "$directory/apt"
apt-get -c "$directory/apt/apt.conf" -qq download libpython3.14-testsuite
for package in *.deb; do dpkg-deb --extract "$package" "$directory"; done
ls -d "$directory/usr/lib/python3.14/test"
