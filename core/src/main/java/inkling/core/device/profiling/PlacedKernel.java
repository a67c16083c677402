package inkling.core.device.profiling;

/// What the calls at one place of a step took and did, all steps together.
///
/// @param place where
/// @param profile calls, time, FLOPs and bytes
public record PlacedKernel(Place place, KernelProfile profile) {}
