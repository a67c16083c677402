/// A small strict JSON tree, read and written through jackson-core's streaming parser; what is plain JSON is read
/// without it by [PlainJson], which starts sooner.
///
/// Start with [JsonReader]: it gives a [JsonPlace], which is a [JsonValue] that knows where it stands, so that asking
/// it for a text, an integer or a member fails with a sentence that names the file and the place. [JsonWriter] writes
/// trees back. Shared with the other modules of this project; not part of the tokenizer's public interface.
@NullMarked
package inkling.tokenizer.json;

import org.jspecify.annotations.NullMarked;
