/// What characters are, frozen at Unicode 16 and never asked of the running JDK.
///
/// Read [CharClass] first: the classes that split rules tell apart. Its table is `ClassTable`, unpacked from
/// `UnicodeClassData`, which the program `UnicodeClassGenerator` in the test tree writes. [WordBoundary] says
/// what stands beside a token.
@NullMarked
package inkling.tokenizer.unicode;

import org.jspecify.annotations.NullMarked;
