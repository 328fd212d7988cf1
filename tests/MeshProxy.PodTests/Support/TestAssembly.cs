// One mesh at a time: several would contend for two cores and make every wait longer, and a sidecar's counters would count for all.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
