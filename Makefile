.PHONY: build test manifests cni-endurance soak fuzz bench demo format check-format clean

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
cni-endurance: export TEST_EXECUTABLE = $(CURDIR)/out/meshproxy
cni-endurance: export CNI_TEST_ROUNDS = 1000
cni-endurance: export CNI_TEST_REWRITES = 1000
cni-endurance: build
	@dotnet test tests/MeshProxy.PodTests -c Release -v quiet --nologo --logger "console;verbosity=normal" \
	  --filter "FullyQualifiedName~Cni.CostTests|FullyQualifiedName~However_often_another_writer"

# Mixed traffic with faults for so long; SEED repeats a run.
soak: build
	@./build/soak.sh $(or $(FOR),10m) $(SEED)

# Seeded mutations against the parsers, or one of them: make fuzz FOR=1h TARGET=hpack SEED=7.
fuzz:
	@./build/fuzz.sh $(or $(FOR),10m) "$(TARGET)" $(SEED)

bench: build
	@./build/bench.sh

format:
	dotnet format MeshProxy.sln

check-format:
	dotnet format MeshProxy.sln --verify-no-changes

clean:
	rm -rf out
	dotnet clean MeshProxy.sln -v quiet
