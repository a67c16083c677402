/// The story world: a seeded generator of small children's stories, so that a model can be trained with no data.
///
/// A **plot** is a small grammar in a text file (`plots/*.txt` beside this package's classes): a table of situations,
/// a cast, and the beats of the story, each in many phrasings. What all plots share stands in `shared/*.txt`.
///
/// | written in a file | means |
/// |---|---|
/// | `name: a \| b`, or lines `- …` | a rule: `{name}` takes one alternative, none twice in a story |
/// | `let name: …` | a rule whose choice is made once and kept for the whole story |
/// | `table name: x \| y`, rows `- … \| …` | the chosen row binds `{x}` and `{y}` for the whole story |
/// | `cast hero: child woodland` | the tables from which the role's character is taken |
/// | `{hero}`, `{friend.kind}` | a character's name or another cell of its row |
/// | `{he}`, `{elder.his}` | pronouns of the hero or another role |
/// | `{He}`, `{Elder}` | the same with a capital letter |
/// | `[big\|large\|]` | an inline choice, possibly of nothing |
/// | ` / ` | a new paragraph |
///
/// "a" becomes "an" by itself before a slot that starts with a vowel. To add a story idea, copy a plot file, list it in
/// `plots/index.txt`, and run the tests: they check every sentence.
///
/// Read first: [StoryWorld][inkling.core.data.story.StoryWorld], then `plots/lost.txt`, then
/// [Part][inkling.core.data.story.Part] and [Telling][inkling.core.data.story.Telling].
@NullMarked
package inkling.core.data.story;

import org.jspecify.annotations.NullMarked;
