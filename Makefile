.PHONY: build test manifests cni-endurance soak stops fuzz reliability bench demo format check-format clean

# The executable people run: one file, with its runtime inside.
build:
	@./build/publish.sh out

demo: build
	@./build/demo-packages.sh
	@./out/meshproxy demo $(ARGS)

test:
	@./build/test.sh

# The plain manifests in deploy/manifests, from the chart in deploy/helm.
manifests:
	@WRITE_DOCS=1 dotnet test tests/MeshProxy.Tests --filter FullyQualifiedName~ManifestFileTests -v quiet --nologo

# The CNI plugin's long tests in full: a thousand pods that come and go, a thousand rewrites of the list by somebody else. Takes root.
cni-endurance: build
	@CNI_TEST_ROUNDS=1000 CNI_TEST_REWRITES=1000 TEST_EXECUTABLE=$(CURDIR)/out/meshproxy dotnet test tests/MeshProxy.PodTests -c Release -v quiet --nologo \
	  --logger "console;verbosity=normal" --filter "FullyQualifiedName~Cni.CostTests|FullyQualifiedName~However_often_another_writer"

# Mixed traffic with faults for so long; CHAOS=1 disturbs it; SEED repeats a run.
soak: build
	@./build/soak.sh $(or $(FOR),10m) $(SEED)

# Pods stopped again and again, and the bars of their ends; the figures go into docs/lifecycle.md. CYCLES is how often.
stops: build
	@./build/stops.sh $(or $(CYCLES),100)

# Seeded mutations against the parsers, or one of them: make fuzz FOR=1h TARGET=hpack SEED=7.
fuzz:
	@./build/fuzz.sh $(or $(FOR),10m) "$(TARGET)" $(SEED)

# Every attack and fault at full scale, and their figures into docs/reliability.md. About an hour, as root.
reliability: build
	@./build/reliability.sh docs/reliability.md

bench: build
	@./build/bench.sh

format:
	dotnet format MeshProxy.sln

check-format:
	dotnet format MeshProxy.sln --verify-no-changes

clean:
	rm -rf out
	dotnet clean MeshProxy.sln -v quiet
