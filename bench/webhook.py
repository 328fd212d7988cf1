#!/usr/bin/env python3
"""Latency of the admission webhook: out/meshproxy webhook, one kept-alive HTTPS client as the API server is one, 50 reviews a second
for 30 seconds. Prints p50, p99 and the highest in milliseconds, as the client sees them, without the first second; and the webhook's own
CPU time per review, which neighbours on the machine do not change."""
import http.client, os, pathlib, ssl, subprocess, sys, tempfile, time

RATE, SECONDS = 50, 30
root = pathlib.Path(__file__).resolve().parent.parent
review = (root / "tests/MeshProxy.Tests/Kubernetes/Webhook/Reviews/pod-of-deployment.json").read_text()
body = review.replace('"labels":{', '"annotations":{"meshproxy.io/inject":"enabled","config.meshproxy.io/opaque-ports":"3306"},"labels":{', 1)

def cpu_ms(pid):
    """utime + stime of proc_pid_stat(5)."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

with tempfile.TemporaryDirectory() as folder:
    certificate, key = os.path.join(folder, "tls.crt"), os.path.join(folder, "tls.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                    "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    executable = sys.argv[1] if len(sys.argv) > 1 else str(root / "out/meshproxy")
    webhook = subprocess.Popen([executable, "webhook", "--certificate", certificate, "--key", key, "--listen", "127.0.0.1:0",
                                "--admin", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        line = next(line for line in webhook.stdout if "answering at https://" in line)
        port = int(line.split("https://127.0.0.1:")[1].split("/")[0])
        client = http.client.HTTPSConnection("127.0.0.1", port, context=ssl._create_unverified_context())
        taken, began = [], time.perf_counter()
        for i in range(RATE * SECONDS):
            if i == RATE:
                warm = cpu_ms(webhook.pid)
            time.sleep(max(0, began + i / RATE - time.perf_counter()))
            sent = time.perf_counter()
            client.request("POST", "/mutate", body, {"Content-Type": "application/json"})
            answer = client.getresponse().read()
            taken.append((time.perf_counter() - sent) * 1000)
            assert b'"patch":' in answer, answer
        steady = sorted(taken[RATE:])
        cost = (cpu_ms(webhook.pid) - warm) / len(steady)
        print(f"p50 {steady[len(steady) // 2]:.2f} ms, p99 {steady[int(len(steady) * 0.99)]:.2f} ms, highest {steady[-1]:.2f} ms, "
              f"first {taken[0]:.1f} ms; {cost:.2f} ms of CPU each; load average {os.getloadavg()[0]:.1f}")
    finally:
        webhook.terminate()
        webhook.wait()
