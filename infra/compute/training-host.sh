#!/bin/bash
# Runs once when a training host starts. It writes what the host is, for the price of a run, and watches for the notice that AWS
# takes the host back: then each container of a job is stopped with time to store a checkpoint. ECS alone would not: it only
# stops tasks of services.
ROOT=${ROOT:-}
METADATA=${METADATA:-http://169.254.169.254/latest}
POLL_SECONDS=${POLL_SECONDS:-5}
GRACE_SECONDS=100

metadata() {
  local token
  token=$(curl -sf -X PUT "$METADATA/api/token" -H 'X-aws-ec2-metadata-token-ttl-seconds: 60') &&
    curl -sf -H "X-aws-ec2-metadata-token: $token" "$METADATA/meta-data/$1"
}

# AWS gives two minutes: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
watch() {
  until metadata spot/instance-action > /dev/null; do sleep "$POLL_SECONDS"; done
  local container
  for container in $(docker ps --quiet --filter label=com.amazonaws.ecs.task-arn); do
    # Docker 28 gave the long form of this option another name.
    docker stop -t "$GRACE_SECONDS" "$container" &
  done
  # systemd ends what is left of a unit with its first process.
  wait
}

if [ "${1:-}" = watch ]; then
  watch
else
  mkdir -p "$ROOT/run/goldpan" "$ROOT/etc/ecs" "$ROOT/usr/local/bin"
  printf '{"instance":"%s","purchase":"%s"}\n' "$(metadata instance-type)" "$(metadata instance-life-cycle)" > "$ROOT/run/goldpan/host.json"
  # No further job is placed on a host that is about to go.
  echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> "$ROOT/etc/ecs/ecs.config"
  cp "$0" "$ROOT/usr/local/bin/goldpan-host" && chmod +x "$ROOT/usr/local/bin/goldpan-host"
  systemd-run --unit goldpan-host "$ROOT/usr/local/bin/goldpan-host" watch
fi
