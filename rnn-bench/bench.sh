#!/usr/bin/env bash
# Compares the layers of this library with those of TensorFlow 1 and PyTorch in Python, in turn, and prints for each of the two
# a table of ratios in Markdown (below 1: this library is faster). Arguments go to the class Compare, for instance
#   rnn-bench/bench.sh shapes=32x100x128x128 cells=GRU rounds=8
# or, after its name, to another class that measures: BuildAndMemory, Scaling or LayerBenchmarks.
# TFRNN_PYTHON=... uses an interpreter with what it has of the peers; without it one is made under target. MAVEN=... is "mvn -q".
set -euo pipefail
cd "$(dirname "$0")/.."
target=rnn-bench/target

${MAVEN:-mvn -q} -pl rnn-bench -am -DskipTests package dependency:build-classpath \
  -Dmdep.outputFile=target/classpath.txt -Dmdep.includeScope=runtime >&2
export TF_CPP_MIN_LOG_LEVEL=3
java=(java -cp "$target/classes:$(cat $target/classpath.txt)")
case ${1:-} in
  BuildAndMemory | Scaling | LayerBenchmarks) exec "${java[@]}" "io.github.tfrnn.bench.$@" ;;
esac

PYTHON=${TFRNN_PYTHON:-$target/python/bin/python}
rnn-cells/src/test/python/environment.sh $target/python
if [ -z "${TFRNN_PYTHON:-}" ]; then # whether it succeeds shows below
  "$PYTHON" -m pip install --quiet --no-compile -r rnn-bench/python/requirements.txt >&2 || true
fi

peers=()
versions="TensorFlow-Java $(sed -n 's:.*<tensorflow.version>\(.*\)</tensorflow.version>:\1:p' pom.xml)"
# Adds a peer by its setting, the module of Python that it needs and its script.
peer() {
  local version
  if version=$("$PYTHON" -c "import $2; print($2.__version__)" 2>/dev/null); then
    peers+=("$1=$PYTHON,rnn-bench/python/$3")
    versions+=", $2 $version in Python"
  else
    echo "$PYTHON cannot import $2; the comparison goes on without it" >&2
  fi
}
peer tf1 tensorflow tf1_dynamic_rnn.py
peer pytorch torch torch_layer.py
if [ ${#peers[@]} = 0 ]; then
  echo "There is no peer to compare with" >&2
  exit 1
fi

"${java[@]}" io.github.tfrnn.bench.Compare "${peers[@]}" "$@" | tee $target/compare.csv >&2

echo "$(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(uname -srm);" \
  "$(java -version 2>&1 | head -1); $versions"
echo
"${java[@]}" io.github.tfrnn.bench.RatioTable $target/compare.csv
