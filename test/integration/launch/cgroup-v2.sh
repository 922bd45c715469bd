#!/usr/bin/env bash
# The tests of CPU quotas under control groups of version 2, where this machine's own kernel has version 1: in a kernel that runs
# as a process (user-mode Linux) over this machine's files. Once from the root group, once from one that holds processes, as a
# session of systemd does. With arguments: that command instead, such as `node bench/virtual-cores.mjs --generator 0 --service 0`.
# Needs root and Debian's user-mode-linux.
set -euo pipefail
cd "$(dirname "$0")/../../.."

fail() { echo "error: cgroup-v2: $1" >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail 'needs root'
command -v linux.uml >/dev/null || fail 'linux.uml was not found: apt-get install user-mode-linux'
[ $# -gt 0 ] || set -- npx vitest run --project integration test/integration/launch/worker-quota.test.ts

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/init" <<INIT
#!/bin/bash
export PATH=$(printf %q "$PATH") HOME=/root CI=true RUNGS_NO_SKIP=integration
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs run /run; mount -t tmpfs tmp /tmp
mkdir -p /dev/shm; mount -t tmpfs shm /dev/shm; mount -t cgroup2 cgroup /sys/fs/cgroup
ip link set lo up
cd $(printf %q "$PWD")
mkdir /sys/fs/cgroup/session.slice
status=0
for group in /sys/fs/cgroup /sys/fs/cgroup/session.slice; do
  echo \$\$ >\$group/cgroup.procs
  echo "== in \$(cat /proc/self/cgroup)"
  $(printf '%q ' "$@") </dev/null || status=\$?
  left=\$(find /sys/fs/cgroup -mindepth 1 -type d ! -name session.slice)
  [ -z "\$left" ] || { echo "left: \$left"; status=1; }
done
printf '\nstatus %s\n' \$status
echo o >/proc/sysrq-trigger
sleep 60
INIT
chmod +x "$work/init"

linux.uml rootfstype=hostfs rootflags=/ root=/dev/root rw mem=4G init="$work/init" con=null con0=fd:0,fd:1 quiet </dev/null |
  tee "$work/output"
exit "$(sed -n 's/^status \([0-9]*\).*/\1/p' "$work/output" | grep . || echo 1)"
