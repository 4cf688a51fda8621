# A container engine for the proofs of this project's images; they source this file. Docker where a daemon answers, with the base image
# that a Dockerfile names by its digest. Without one, on Debian bookworm (x86-64, root), buildah, podman, runc and debootstrap, and a
# base made from Debian's own packages: no image registry is asked.
# Sets: checkout, work, out, engine, store. Counts in `failed`. Reads WORK (everything is below it), STORAGE_DRIVER and DEBIAN_MIRROR.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${WORK:-$default_work}
out=$work/out
base=docker.io/library/debian:bookworm-slim
failed=0
mkdir -p "$out" "$work/tmp"
cd "$checkout" || exit 1

now() { printf '%3d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }
check() { # check NAME WANTED FOUND
  if [ "$2" = "$3" ]; then echo "ok     $(now)  $1: $3"; else echo "FAILED $(now)  $1: wanted $2, found $3"; failed=1; fi
}
holds() { # holds NAME FOUND TEST...
  if "${@:3}"; then echo "ok     $(now)  $1: $2"; else echo "FAILED $(now)  $1: $2"; failed=1; fi
}
if docker info >/dev/null 2>&1; then
  engine=docker
  rm -f "$work/bin/docker"
  control() { docker "$@"; }
else
  engine=podman
  for tool in buildah podman runc debootstrap; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install --no-install-recommends buildah podman runc debootstrap"; exit 1; }
  done
  # vfs where overlay is forbidden. runc, not crun: crun refuses hosts that mount both versions of control groups.
  store=(--root "$work/storage" --runroot "$work/runroot" --storage-driver "${STORAGE_DRIVER:-overlay}")
  control() { podman "${store[@]}" --cgroup-manager cgroupfs --events-backend none --runtime runc "$@"; }
fi

# What the official slim image is: minbase, the three Debian suites, no documentation.
make_base() {
  if [ "$engine" = docker ] || control image exists "$base"; then return; fi
  local root=$work/base mirror
  # The mirror is the one that this machine's apt uses.
  mirror=${DEBIAN_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null | grep -oE 'https?://[^ ]+/debian( |$)' | head -1 | sed -E 's#/debian *$##')}
  [ -n "$mirror" ] || { echo 'no Debian mirror found: set DEBIAN_MIRROR to its address, without the final /debian'; exit 1; }
  rm -rf "$root" && debootstrap --variant=minbase bookworm "$root" "$mirror/debian" > "$out/debootstrap.log" || exit 1
  rm -f "$root/etc/apt/sources.list"
  local suites
  for suites in 'debian bookworm bookworm-updates' 'debian-security bookworm-security'; do
    printf 'Types: deb\nURIs: %s/%s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n' \
      "$mirror" "${suites%% *}" "${suites#* }"
  done > "$root/etc/apt/sources.list.d/debian.sources"
  # As the official image has it: no sync to disk after each file that is installed.
  { echo force-unsafe-io; printf 'path-exclude /usr/share/%s/*\n' doc locale man info; } > "$root/etc/dpkg/dpkg.cfg.d/docker"
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,locale,man}/*
  tar -C "$root" -c . | control import --change 'CMD ["bash"]' - "$base" > "$out/import.log" 2>&1 || exit 1
  echo "base   $(now)  made from Debian's packages, $(du -sm "$root" | cut -f1) MB"
  rm -rf "$root"
}

# build_image TAG LOG ARGUMENT...: the context is the last argument.
build_image() {
  if [ "$engine" = docker ]; then
    docker build --tag "$1" "${@:3}" > "$2" 2>&1
  else
    # A certificate authority of this machine's own is mounted, never built in: apt takes it from that folder, and pip and npm
    # trust the list that results.
    echo 'cafile=/etc/ssl/certs/ca-certificates.crt' > "$work/npmrc"
    mkdir -p /usr/local/share/ca-certificates
    # What a killed build leaves behind lies in the folder of the work, too.
    TMPDIR=$work/tmp buildah "${store[@]}" build --isolation chroot --network host --layers --pull-never --build-arg "BASE_IMAGE=$base" \
      --volume /usr/local/share/ca-certificates:/usr/local/share/ca-certificates:ro --volume "$work/npmrc:/root/.npmrc:ro" \
      --tag "$1" "${@:3}" > "$2" 2>&1
  fi
}
