#!/usr/bin/env bash
# Compares the layers of this library with TensorFlow 1's dynamic_rnn in Python, in turn, and prints a table
# of ratios in Markdown (below 1: this library is faster). Arguments go to the class Compare, for instance
#   rnn-bench/bench.sh shapes=32x100x128x128 cells=GRU rounds=8
# TFRNN_PYTHON=... uses an interpreter that has TensorFlow; without it one is made under target. MAVEN=... is "mvn -q".
set -euo pipefail
cd "$(dirname "$0")/.."
target=rnn-bench/target

${MAVEN:-mvn -q} -pl rnn-bench -am -DskipTests package dependency:build-classpath \
  -Dmdep.outputFile=target/classpath.txt -Dmdep.includeScope=runtime >&2
PYTHON=${TFRNN_PYTHON:-$target/python/bin/python}
rnn-cells/src/test/python/environment.sh $target/python

export TF_CPP_MIN_LOG_LEVEL=3
java=(java -cp "$target/classes:$(cat $target/classpath.txt)")
"${java[@]}" io.github.tfrnn.bench.Compare "peer=$PYTHON,rnn-bench/python/tf1_dynamic_rnn.py" "$@" | tee $target/compare.csv >&2

echo "$(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(uname -sm);" \
  "$(java -version 2>&1 | head -1); $($PYTHON -c 'import tensorflow as tf; print("TensorFlow", tf.__version__, "in Python")')"
echo
"${java[@]}" io.github.tfrnn.bench.RatioTable $target/compare.csv
