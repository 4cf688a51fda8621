#!/usr/bin/env bash
# Builds the container that .devcontainer/ describes and works in it as an editor does: a fresh clone of the last commit, volumes of its
# own for what is installed, the command after creation, then the demo and tests.
#
#   npm run test:devcontainer [-- COMMAND...]     COMMAND: the tests to run, as one argument each; default below
#
# With Docker, or without it on Debian bookworm by buildah and podman (containers/engine.sh).
#   WORK=dir           where base, images, clone and logs go (default: /var/tmp/goldpan-devcontainer; 15 GB)
#   GOLDPAN_PORT=n     port of the emulator inside, which is one of this machine, too, with podman (default: 4566)
#   DEMO=0             leave out the demo (npm run demo: 12,000 digits from upload to a drawing)
# Exit code: 0 when every check holds.
set -uo pipefail

default_work=/var/tmp/goldpan-devcontainer
. "$(dirname "$0")/../containers/engine.sh"
image=goldpan-devcontainer name=goldpan-devcontainer-$$
commands=("$@")
[ $# -gt 0 ] || commands=('npm run test:unit -- trainer/engine' 'npx goldpan local up' 'npx goldpan local down')

described() { node -p "const it = JSON.parse(require('fs').readFileSync('.devcontainer/devcontainer.json', 'utf8')); $1"; }

# A certificate authority of this machine's own is known to what runs inside, too.
authority=()
if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
  list=/etc/ssl/certs/ca-certificates.crt
  authority=(--volume "$list:$list:ro" --env "NODE_EXTRA_CA_CERTS=$list" --env "PIP_CERT=$list" --env "NPM_CONFIG_CAFILE=$list")
fi

inside() { # inside LOG COMMAND
  control exec --workdir "$folder" "$name" bash -c "$2" > "$1" 2>&1
}

step() { # step NAME LOG COMMAND
  local start=$SECONDS code
  inside "$out/$2" "$3"
  code=$?
  check "$1 ($((SECONDS - start)) s, log $out/$2)" 0 $code
  tail -"$([ $code = 0 ] && echo 3 || echo 12)" "$out/$2" | cut -c1-160 | sed 's/^/        /'
  return $code
}

echo "engine $(now)  $engine, $(date -u +%Y-%m-%dT%H:%MZ), $(nproc) cores"
make_base
build_image "$image" "$out/build-devcontainer.log" --platform linux/amd64 --file ".devcontainer/$(described it.build.dockerfile)" ".devcontainer/$(described it.build.context)"
check "the container of .devcontainer/ builds (log $out/build-devcontainer.log)" 0 $?
[ $failed = 0 ] || { tail -5 "$out/build-devcontainer.log"; exit 1; }

# podman brings no first process of its own.
options=(--platform linux/amd64)
described 'it.runArgs.join("\n")' | grep -qx -e --init && { [ "$engine" = docker ] || command -v catatonit >/dev/null; } && options+=(--init)
[ "$engine" = docker ] || options+=(--network host --ulimit nofile=4096:4096 --ulimit nproc=10000:10000)
within() { control run --rm "${options[@]}" "$image" bash -c "$1"; }
echo "       $(now)  $(within 'du -sx --apparent-size --block-size=1000000 / 2>/dev/null | cut -f1') MB; Node $(within 'node --version'), $(within 'python3 --version')"

rm -rf "$work/clone" && git clone --quiet "$checkout" "$work/clone" || exit 1
folder=/workspaces/goldpan
volumes=()
for mount in node_modules .goldpan; do
  described 'it.mounts.join("\n")' | grep -q "/$mount,type=volume" || { check "devcontainer.json keeps $mount in a volume" yes no; continue; }
  volumes+=(--volume "$name-${mount#.}:$folder/$mount")
done
trap 'control rm --force "$name" >/dev/null 2>&1; control volume rm --force "$name-node_modules" "$name-goldpan" >/dev/null 2>&1' EXIT
control run --detach --name "$name" "${options[@]}" "${authority[@]}" --env "GOLDPAN_PORT=${GOLDPAN_PORT:-4566}" --volume "$work/clone:$folder" "${volumes[@]}" "$image" sleep infinity > "$out/container" ||
  { check 'it starts' 0 1; exit 1; }

step "postCreateCommand: $(described it.postCreateCommand)" set-up.log "$(described it.postCreateCommand)" || exit 1
echo "       $(now)  $(inside /dev/stdout 'du -sxm node_modules .goldpan | tr "\n" " "') MB in the volumes"
if [ "${DEMO:-1}" = 1 ]; then
  step 'npm run demo' demo.log 'npm run demo' && check 'the demo drew digits' yes "$(inside /dev/stdout 'file=.goldpan/demo/samples.png; [ "$(head -c 4 $file | tail -c 3)" = PNG ] && echo yes')"
fi
for index in "${!commands[@]}"; do
  step "${commands[$index]}" "command-$index.log" "${commands[$index]}"
done
[ $failed = 0 ] && echo 'every check holds' || echo 'NOT every check holds'
exit $failed
