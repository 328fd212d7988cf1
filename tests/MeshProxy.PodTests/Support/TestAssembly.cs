// What the tests open in a namespace, they open as init and the CNI plugin do. Here the name 'network namespace' is the thing itself.
global using NamespaceThread = MeshProxy.Netfilter.Linux.NetworkNamespace;

// One mesh at a time: several would contend for two cores and make every wait longer, and a sidecar's counters would count for all.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
