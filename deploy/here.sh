#!/bin/sh
# Starts the collector and one agent on this machine; Ctrl-C ends both. Used by `make run`.
# Needs PORT, DATA and BIN (the folder with the farmwatch commands).
set -eu
umask 077

case $PORT in
'' | *[!0-9]* | ??????* | 6553[6-9] | 655[4-9]? | 65[6-9]?? | 6[6-9]??? | [7-9]????)
	echo "PORT=$PORT is not a port number: make run PORT=8787" >&2
	exit 2
	;;
esac
if ! mkdir -p "$DATA" 2>/dev/null || [ ! -w "$DATA" ]; then
	echo "DATA=$DATA cannot be written: make run DATA=/a/folder/you/own" >&2
	exit 2
fi
url="http://127.0.0.1:$PORT"
env_file="$DATA/operator.env"

collector=
agent=
stop() {
	trap - INT TERM EXIT
	[ -z "$agent" ] || kill -TERM "$agent" 2>/dev/null || true
	[ -z "$agent" ] || wait "$agent" 2>/dev/null || true
	[ -z "$collector" ] || kill -TERM "$collector" 2>/dev/null || true
	[ -z "$collector" ] || wait "$collector" 2>/dev/null || true
}
trap 'stop; echo; echo "stopped; the data stays in $DATA"; exit 0' INT TERM
trap stop EXIT

"$BIN/farmwatch-collector" init --data "$DATA/collector" --url "$url" --operator-env "$env_file"
"$BIN/farmwatch-collector" serve --data "$DATA/collector" --listen "127.0.0.1:$PORT" \
	${POLICY:+--policy "$POLICY"} 2>>"$DATA/collector.log" &
collector=$!

FARMWATCH_URL=
FARMWATCH_TOKEN=
. "$env_file"
export FARMWATCH_URL FARMWATCH_TOKEN

# The collector is ready when its database can be written; it says why when it cannot start.
tries=0
until "$BIN/python" -m collector.console.ready "$url" 2>/dev/null; do
	if ! kill -0 "$collector" 2>/dev/null; then
		wait "$collector" && code=0 || code=$?
		tail -n 3 "$DATA/collector.log" >&2
		collector=
		exit "$code"
	fi
	tries=$((tries + 1))
	[ "$tries" -lt 100 ] || {
		echo "the collector did not become ready within 20 s; see $DATA/collector.log" >&2
		exit 1
	}
	sleep 0.2
done

if [ ! -e "$DATA/agent/identity.json" ]; then
	token=$("$BIN/farmwatch" enrolment-token --uses 1 --quiet)
	"$BIN/farmwatch-agent" enrol --data "$DATA/agent" --url "$url" --token "$token"
fi
"$BIN/farmwatch-agent" run --data "$DATA/agent" 2>>"$DATA/agent.log" &
agent=$!

cat <<EOF

  Farmwatch is running on this machine.

    page        $("$BIN/farmwatch" sign-in-link --quiet)
                (the link signs you in once, within 10 minutes; farmwatch sign-in-link makes another)
    for a shell . $env_file && export FARMWATCH_URL FARMWATCH_TOKEN
                $BIN/farmwatch hosts
    logs        $DATA/collector.log  $DATA/agent.log

  Ctrl-C ends both.
EOF
wait "$agent" && code=0 || code=$?
agent=
echo "the agent ended ($code); its last lines:" >&2
tail -n 5 "$DATA/agent.log" >&2
exit 1
