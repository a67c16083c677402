#!/bin/sh
# Training steps of ours beside PyTorch's: bench/compare.sh [OPTION …] [TASK …]
#
# A task is a model and a number of sequences: S8 S32 M32 L4 if none is named. Sides run in turn, each in a process of its
# own, and only after their first losses agreed with ours in FP32: within 1e-4 in FP32, 2e-4 in bf16. `inkling` is ours
# in FP32, `inkling-bf16` ours with --matmul onednn-bf16, to be set beside libtorch-bf16 and the other sides in bf16; it is
# skipped where oneDNN is not found. Libraries come from Maven (600 MB); what else is used where it is found: jemalloc
# (apt-get install libjemalloc2) and a C compiler for what is tuned, Debian's PyTorch (python3-torch), any other in --python.
#
#   --sides A,B,…       only these; a wrong name lists all
#   --rounds N          processes of each side and task (3)
#   --seconds S         timed in each process (4); half as long before it, with the checked steps, not
#   --python PROGRAM    an interpreter that can import torch (python3)
#   --out FOLDER        for samples.tsv and the tables, training.md (bench/target/compare)
#   --append            keep the samples that are there
#
# Examples: bench/compare.sh --sides inkling,libtorch,libtorch-tuned --rounds 3 S8
#           bench/compare.sh --sides inkling,inkling-bf16,libtorch-bf16 M32
set -eu
case ${1:-} in
    -h | --help)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
esac
root=$(CDPATH='' cd -P "$(dirname "$0")/.." && pwd)
[ -f "$root/peers/target/classpath.txt" ] ||
    (cd "$root" && mvn -q -B -ntp -Ppeers -Dmaven.test.skip=true -pl peers -am package) >&2 ||
    echo "compare: peers/ could not be built, so libtorch and DJL are skipped" >&2
INKLING_JAVA_OPTS="${INKLING_JAVA_OPTS:-} -Dinkling.root=$root" exec "$root/bench/run" compare.CompareTraining "$@"
