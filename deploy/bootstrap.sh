#!/bin/sh
# Installs what requirements/KIND.lock and gateway/web/package-lock.json name, and what they need of Debian.
# A copy of each lock lies in what was made from it; when they are equal there is nothing to do.
set -eu
cd "$(dirname "$0")/.."
kind=$1

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo "$@"; else return 1; fi
}

debian() { # the names of Debian packages that are missing
  if command -v apt-get >/dev/null && as_root sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null' sh "$@"; then return; fi
  echo "This is needed: apt-get install $*" >&2
  exit 1
}

find_python() {
  for python in ${PYTHON:-} python3.11 python3.13 python3.12 python3; do
    "$python" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && return
  done
  return 1
}

environment() { # makes .venv-NAME as requirements/NAME.lock says
  lock=requirements/$1.lock venv=.venv-$1
  if cmp -s "$lock" "$venv/installed.lock" && "$venv/bin/python" -c '' 2>/dev/null; then return; fi
  find_python || { debian python3 python3-venv ca-certificates && find_python; } || {
    echo "Python 3.11, 3.12 or 3.13 with venv is needed; name it with PYTHON=." >&2
    exit 1
  }
  echo "Installing $lock …" >&2
  "$python" -m venv --clear "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r "$lock"
  cp "$lock" "$venv/installed.lock"
}

web_packages() { # npm of the machine when it is new enough to know the lock's settings, otherwise our own
  lock=package-lock.json
  cd gateway/web
  if ! cmp -s $lock node_modules/installed.lock; then
    if ! [ "$(npm --version 2>/dev/null | cut -d. -f1)" -ge 10 ] 2>/dev/null; then
      (cd ../.. && environment web)
      PATH=$PWD/../../.venv-web/bin:$PATH
    fi
    npm ci --ignore-scripts --silent
    cp $lock node_modules/installed.lock
  fi
  cd ../..
}

browser() {
  missing=
  [ -n "${SAMLA_CHROMIUM:-}" ] || command -v chromium >/dev/null || missing="chromium fonts-dejavu-core"
  /sbin/ldconfig -p | grep -q 'libatomic\.so\.1' || missing="$missing libatomic1" # for Playwright's own node
  [ -z "$missing" ] || debian $missing
}

environment "$kind"
web_packages
if [ "$kind" = test ]; then browser; fi
