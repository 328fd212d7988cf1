using System.Runtime.CompilerServices;

// Every system call below takes and gives blittable values; without this the runtime would build a marshalling stub for each at start.
[assembly: DisableRuntimeMarshalling]
