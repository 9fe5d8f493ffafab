#!/usr/bin/env bash
# Train on two nodes of one machine: two network namespaces, joined by a virtual cable, each with
# its own host name, processes and work_dir. It needs root on Linux.
#
#     sudo tools/benchmarks/two_nodes.sh work_dirs/two_nodes [PROCESSES_PER_NODE]
#
# The second run resumes, but node b has no checkpoint, because they share no folder. It has to
# end in a sentence.
set -euo pipefail
folder=$(realpath -m "$1")
processes=${2:-1}
here=$(dirname "$(realpath "$0")")
python=${PYTHON:-python}

ip netns add mmp_a
ip netns add mmp_b
trap 'ip netns delete mmp_a; ip netns delete mmp_b' EXIT
ip link add mmp_a0 netns mmp_a type veth peer name mmp_b0 netns mmp_b
for node in a b; do
  ip -n "mmp_$node" addr add "10.77.0.$([ $node = a ] && echo 1 || echo 2)/24" dev "mmp_${node}0"
  ip -n "mmp_$node" link set "mmp_${node}0" up
  ip -n "mmp_$node" link set lo up
done

start() { # node, rank, options of processes.py
  local node=$1 rank=$2
  shift 2
  ip netns exec "mmp_$node" unshare --uts sh -c 'hostname "$0" && exec "$@"' "node-$node" \
    env OMP_NUM_THREADS=1 GLOO_SOCKET_IFNAME="mmp_${node}0" TP_SOCKET_IFNAME="mmp_${node}0" \
    "$python" -m torch.distributed.run --nnodes 2 --nproc_per_node "$processes" \
    --node_rank "$rank" --master_addr 10.77.0.1 --master_port 29577 \
    "$here/processes.py" "$folder/node-$node" --worker "$@" >"$folder/$node.log" 2>&1
}

train() {
  local status=0
  start b 1 "$@" &
  start a 0 "$@" || status=$?
  wait $! || status=$?
  return $status
}

mkdir -p "$folder"
train || { tail -n 40 "$folder"/?.log; exit 1; }
grep -h "^RESULT" "$folder/a.log"
ls "$folder"/node-*
echo "Resumed, without a shared folder:"
! train --resume || exit 1
grep -h -m 1 -- "--resume: in" "$folder"/?.log
