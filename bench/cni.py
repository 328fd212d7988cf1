#!/usr/bin/env python3
"""What one call of the CNI plugin takes: out/meshproxy as meshproxy-cni, ADD and then DEL of a pod with a network namespace, interface and
address of its own, 100 times after 5 that do not count. Prints, for each command, from before fork and exec to the end of the process: median and p95
in milliseconds; CPU of the call itself (user and system, of the process and nobody else); and the highest resident memory of any. Takes root."""
import json, os, pathlib, statistics, subprocess, sys, tempfile, time

ROUNDS, DROPPED = 100, 5
NAME = f"bench-cni-{os.getpid()}"
NETNS = f"/run/netns/{NAME}"
CONFIG = {"cniVersion": "1.0.0", "name": "bench", "type": "meshproxy-cni", "capabilities": {"io.kubernetes.cri.pod-annotations": True},
          "runtimeConfig": {"io.kubernetes.cri.pod-annotations": {"meshproxy.io/redirect": '{"version":1}'}},
          "prevResult": {"cniVersion": "1.0.0", "ips": [{"address": "10.9.0.2/24"}]}}
root = pathlib.Path(__file__).resolve().parent.parent
executable = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else root / "out/meshproxy")


def ip(lines):
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)


def call(plugin, command, folder):
    """One call, as a runtime makes it; its wall time and the kernel's account of it (wait4(2))."""
    environment = {"CNI_COMMAND": command, "CNI_CONTAINERID": "bench", "CNI_NETNS": NETNS, "CNI_IFNAME": "eth0", "CNI_PATH": folder}
    with tempfile.TemporaryFile() as config, tempfile.TemporaryFile() as answer:
        config.write(json.dumps(CONFIG).encode())
        config.seek(0)
        actions = [(os.POSIX_SPAWN_DUP2, config.fileno(), 0), (os.POSIX_SPAWN_DUP2, answer.fileno(), 1), (os.POSIX_SPAWN_DUP2, answer.fileno(), 2)]
        began = time.perf_counter()
        _, status, used = os.wait4(os.posix_spawn(plugin, [plugin], environment, file_actions=actions), 0)
        took = time.perf_counter() - began
        answer.seek(0)
        assert status == 0, answer.read().decode()
    return took * 1000, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024


samples = {"ADD": [], "DEL": []}
with tempfile.TemporaryDirectory() as folder:
    plugin = os.path.join(folder, "meshproxy-cni")
    os.symlink(executable, plugin)
    for i in range(ROUNDS + DROPPED):
        ip([f"netns add {NAME}"])
        try:
            subprocess.run(["ip", "-n", NAME, "-batch", "-"], text=True, check=True, input="link set lo up\nlink add eth0 type veth peer name eth1\n"
                           "address add 10.9.0.2/24 dev eth0\nlink set eth0 up\nlink set eth1 up\nroute add default dev eth0\n")
            for command in samples:
                samples[command].append(call(plugin, command, folder))
        finally:
            ip([f"netns delete {NAME}"])

for command, all_calls in samples.items():
    took, cpu, memory = zip(*all_calls[DROPPED:])
    print(f"cni-{command.lower()}: median {statistics.median(took):.1f} ms, p95 {sorted(took)[int(ROUNDS * 0.95)]:.1f} ms, "
          f"CPU {statistics.median(cpu):.1f} ms, peak {max(memory):.1f} MiB")
print(f"{ROUNDS} rounds; load average {os.getloadavg()[0]:.1f}")
