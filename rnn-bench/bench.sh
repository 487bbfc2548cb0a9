#!/usr/bin/env bash
# Compares the layers of this library with TensorFlow 1's dynamic_rnn in Python, in turn, and prints a table
# of ratios in Markdown (below 1: this library is faster). Arguments go to the class Compare, for instance
#   rnn-bench/bench.sh shapes=32x100x128x128 cells=GRU rounds=8
# PYTHON=... uses an interpreter that has TensorFlow; without it one is made under target. MAVEN=... is "mvn -q".
set -euo pipefail
cd "$(dirname "$0")/.."
target=rnn-bench/target

${MAVEN:-mvn -q} -pl rnn-bench -am -DskipTests package dependency:build-classpath \
  -Dmdep.outputFile=target/classpath.txt -Dmdep.includeScope=runtime >&2
if [ -z "${PYTHON:-}" ]; then
  PYTHON=$target/python/bin/python
  if [ ! -e $target/python/complete ]; then # an installation that was cut off is begun again
    python3 -m venv --clear $target/python
    $PYTHON -m pip install --quiet tensorflow-cpu==2.18.0
    $PYTHON -m pip install --quiet --no-deps tf_keras==2.18.0
    touch $target/python/complete
  fi
fi

export TF_CPP_MIN_LOG_LEVEL=3
java=(java -cp "$target/classes:$(cat $target/classpath.txt)")
"${java[@]}" io.github.tfrnn.bench.Compare "peer=$PYTHON,rnn-bench/python/tf1_dynamic_rnn.py" "$@" | tee $target/compare.csv >&2

echo "$(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(uname -sm);" \
  "$(java -version 2>&1 | head -1); $($PYTHON -c 'import tensorflow as tf; print("TensorFlow", tf.__version__, "in Python")')"
echo
"${java[@]}" io.github.tfrnn.bench.RatioTable $target/compare.csv
