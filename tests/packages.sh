#!/bin/sh
# Installs the Debian packages that the end-to-end tests drive, where it may (root and apt-get).
# Elsewhere it says what is missing; the tests that need it skip with that reason.
set -u
missing=
need() { # COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
[ "$(uname -s)" = Linux ] || exit 0
need Xtigervnc tigervnc-standalone-server
need xtigervncviewer tigervnc-viewer
need Xvfb xvfb
need ip iproute2
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing for the end-to-end tests:$missing"
	apt-get update -qq >/dev/null 2>&1 || true
	# shellcheck disable=SC2086 -- a list of names
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
		>/dev/null 2>&1 || echo "could not install:$missing" >&2
else
	echo "the end-to-end tests that need them will be skipped: apt-get install$missing"
fi
exit 0
