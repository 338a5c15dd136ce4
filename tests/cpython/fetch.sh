#!/usr/bin/env bash
# Unpacks CPython 3.14's own tests and the library they belong to (Debian's packages) into DIR, for
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
# test.support is in the package of the library, which stands in that of the interpreter's core.
apt-get -c "$directory/apt/apt.conf" -qq download libpython3.14-{testsuite,stdlib,minimal}
for package in *.deb; do dpkg-deb --extract "$package" "$directory"; done
ls "$directory"/usr/lib/python3.14/{os.py,test/{test_list.py,support/__init__.py}}
