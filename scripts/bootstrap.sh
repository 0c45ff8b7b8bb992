#!/bin/sh
# After this, `.venv` holds a Python >= 3.12 and every pinned package of the profile: `run` (serve) or `dev` (test too).
# Quick when nothing changed: `.venv/.installed-PROFILE` keeps the checksum of the requirement files it was made from.
# The Python: $PYTHON, else a name on PATH, else a pyenv version, else what uv knows or can fetch.
set -eu
cd "$(dirname "$0")/.."

profile=${1:-run}
venv_python=.venv/bin/python

say() { echo "bootstrap: $*" >&2; }
die() { say "$*"; exit 1; }

case $profile in
  run) requirements=requirements.txt; files=requirements.txt ;;
  dev) requirements=requirements-dev.txt; files="requirements.txt requirements-dev.txt" ;;
  *) die "expected 'run' or 'dev', got '$profile'" ;;
esac

has_uv() { command -v uv >/dev/null 2>&1; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
may_make_venv() { has_uv || "$1" -c 'import venv, ensurepip' >/dev/null 2>&1; }

tried=""
fits() {
  resolved=$(command -v "$1" 2>/dev/null) || return 1
  if ! is_new_enough "$resolved"; then
    version=$("$resolved" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || echo "does not run")
    tried="$tried $1 ($version)"
    return 1
  fi
  if ! may_make_venv "$resolved"; then
    tried="$tried $1 (has no venv module: install its python3-venv package)"
    return 1
  fi
  return 0
}

find_python() {
  if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" || die "PYTHON=$PYTHON is not a Python 3.12 or newer that can make virtual environments;$tried"
    found=$(command -v "$PYTHON"); return
  fi
  for name in python3.13 python3.12 python3.14 python3.15 python3 python; do
    if fits "$name"; then found=$(command -v "$name"); return; fi
  done
  pyenv=${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}/versions
  for name in "$pyenv"/3.13*/bin/python "$pyenv"/3.1[2-9]*/bin/python; do
    if [ -x "$name" ] && fits "$name"; then found=$name; return; fi
  done
  if has_uv; then
    found=$(uv python find '>=3.12' 2>/dev/null) || found=$(uv python install 3.13 >&2 && uv python find 3.13) \
      || die "no Python 3.12 or newer here, and uv could not fetch one. Tried:${tried:- nothing was there}"
    return
  fi
  die "Python 3.12 or newer is missing. Install one (with its venv module), or set PYTHON=/path/to/python3.12." \
      "Tried:${tried:- nothing was there}"
}

make_venv() {
  find_python
  say "making .venv with $found"
  rm -rf .venv
  if has_uv; then uv venv --quiet --python "$found" .venv; else "$found" -m venv .venv; fi
}

install_packages() {
  say "installing the pinned packages of $requirements"
  if has_uv; then
    uv pip install --quiet --python "$venv_python" -r "$requirements"
  else
    "$venv_python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
  fi
}

checksum() { cat "$@" | cksum; }
is_stamped() { [ "$(cat ".venv/.installed-$1" 2>/dev/null)" = "$2" ]; }

run_sum=$(checksum requirements.txt)
sum=$(checksum $files)

if [ -x "$venv_python" ] && is_new_enough "$venv_python"; then
  is_stamped "$profile" "$sum" && exit 0
  # A .venv that uv made has no pip; without uv it cannot be used.
  has_uv || "$venv_python" -m pip --version >/dev/null 2>&1 || make_venv
else
  make_venv
fi

install_packages || die "the packages of $requirements could not be installed (see above)"
echo "$sum" > ".venv/.installed-$profile"
echo "$run_sum" > .venv/.installed-run
