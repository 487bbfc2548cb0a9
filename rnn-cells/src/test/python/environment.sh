#!/usr/bin/env bash
# Makes a Python with TensorFlow in the folder given, unless it is there. What the tests and the benchmarks compare with.
# Without a Python that can do it this fails; with TFRNN_INTEROP set to anything but "required" it says so and succeeds.
set -euo pipefail
folder=$1

make() {
  python3 -m venv --clear "$folder" &&
    "$folder/bin/python" -m pip install --quiet --no-compile tensorflow-cpu==2.18.0 &&
    "$folder/bin/python" -m pip install --quiet --no-compile --no-deps tf_keras==2.18.0 &&
    touch "$folder/complete" # an installation that was cut off is begun again
}

if [ -n "${TFRNN_PYTHON:-}" ] || [ -e "$folder/complete" ] || make; then
  exit 0
fi
echo "No Python with TensorFlow 2.18 could be made in $folder; python3 with venv and pip is needed, or TFRNN_PYTHON" >&2
[ "${TFRNN_INTEROP:-required}" != required ]
