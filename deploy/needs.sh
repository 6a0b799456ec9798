#!/bin/sh
# Says in one line what `make` needs and this machine lacks, with the command that mends it.
# Usage: deploy/needs.sh PYTHON
set -u
python=$1
if [ "$(uname -s)" = Darwin ]; then
	mend="brew install python@3.12 && make PYTHON=python3.12"
else
	mend="sudo apt-get install python3 python3-venv"
fi
command -v "$python" >/dev/null 2>&1 || {
	echo "Farmwatch needs Python 3.11 or newer, and there is no $python: $mend" >&2
	exit 2
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
	echo "Farmwatch needs Python 3.11 or newer, $python is $("$python" -V 2>&1 | cut -d' ' -f2): $mend" >&2
	exit 2
}
"$python" -c 'import venv, ensurepip' 2>/dev/null || {
	echo "Farmwatch needs Python's venv module, which $python lacks: $mend" >&2
	exit 2
}
