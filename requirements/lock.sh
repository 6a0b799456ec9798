#!/bin/sh
# Writes the lock files with hashes: dev.txt first, the others within its versions.
# Usage: requirements/lock.sh PIP_COMPILE
set -eu
cd "$(dirname "$0")/.."
compile() {
	out="requirements/$1.txt"
	shift
	CUSTOM_COMPILE_COMMAND="make lock" "$PIP_COMPILE" --quiet --strip-extras --allow-unsafe \
		--generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header \
		--output-file "$out" "$@" setup.cfg
}
PIP_COMPILE=$1
compile dev --extra agent --extra collector --extra operator --extra scale --extra dev
for extra in agent collector operator scale; do
	compile "$extra" --extra "$extra" -c requirements/dev.txt
done
# What `make run` needs: the three, and setuptools to install the checkout itself.
compile run --extra agent --extra collector --extra operator -c requirements/dev.txt requirements/run.in
