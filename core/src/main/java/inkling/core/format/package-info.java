/// File formats for tensors and configurations: `.npy`, safetensors, and the JSON of a model's configuration.
///
/// Read [SafetensorsFile] first. Every length and offset from a file is checked before it is trusted; whatever is wrong
/// ends in an [java.io.IOException] of one sentence with the file, the place and what was expected. Every file is
/// written beside its target and moved into place.
@NullMarked
package inkling.core.format;

import org.jspecify.annotations.NullMarked;
