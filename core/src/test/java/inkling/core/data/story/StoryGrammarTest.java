package inkling.core.data.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every sentence is clean English as far as a pattern can tell.
class StoryGrammarTest {
    private static final List<String> STORIES =
            IntStream.range(0, 30_000).mapToObj(new StoryWorld(3)::story).toList();

    /// What no story may contain.
    @ParameterizedTest
    @CsvSource(delimiterString = " ;; ", quoteCharacter = '`', textBlock = """
            unfilled slot            ;; [{}\\[\\]|<>_]
            control or foreign sign  ;; [^\\n -~]
            double space             ;; \\x20\\x20
            space at a line's edge   ;; (^|\\n)\\x20|\\x20(\\n|$)
            empty paragraph          ;; \\n\\n\\n
            space before a mark      ;; \\x20[,.;:!?]
            double mark              ;; [,.;:!?][,.;:!?]
            mark without space       ;; [,.;:!?][A-Za-z]
            small letter after stop  ;; [.]"? [a-z]
            small letter at start    ;; (^|\\n)"?[a-z]
            quote starts small       ;; (^|\\n|[.!?] )[A-Z][^".!?]*, "[a-z]
            small first word quoted  ;; [.!?] "[a-z]
            line without its end     ;; [A-Za-z,;:](\\n|$)
            a before a vowel         ;; \\b[Aa] (?!uni|us|one)[aeiou]
            an before a consonant    ;; \\b[Aa]n (?!hour|honest)[^aeiouAEIOU]
            word twice               ;; \\b(\\w+) \\1\\b
            bad irregular past       ;; \\b(goed|runned|taked|gived|finded|thinked|falled|catched|eated|swimmed|maked|throwed|knowed|growed|comed|buyed|bringed|teached|losed|holded|telled|sayed|feeled|keeped|sitted|standed|leaved|hided|drawed|drived|flied|breaked|speaked|writed|winned|sleeped|heared|builded|putted|cutted|hurted)\\b
            bad plural               ;; \\b(childs|mouses|foots|tooths|mans|womans|leafs|gooses|sheeps|fishs|wolfs|knifes|halfs|boxs|berrys|storys)\\b
            possessive of a pronoun  ;; \\b(he|she|him|they|it)'s own\\b
            """)
    void stories_are_free_of(String what, String pattern) {
        Pattern wrong = Pattern.compile(pattern.strip());
        for (String story : STORIES) {
            Matcher matcher = wrong.matcher(story);
            if (matcher.find()) {
                assertThat(story.substring(
                                Math.max(0, matcher.start() - 40), Math.min(story.length(), matcher.end() + 40)))
                        .as(what + " in story " + STORIES.indexOf(story) + ":\n" + story)
                        .isEmpty();
            }
        }
    }

    @Test
    void quotes_are_balanced_in_every_paragraph() {
        for (String story : STORIES) {
            for (String paragraph : story.split("\n\n", -1)) {
                boolean open = false;
                for (int at = paragraph.indexOf('"'); at >= 0; at = paragraph.indexOf('"', at + 1)) {
                    open = !open;
                    char outside = open
                            ? (at == 0 ? ' ' : paragraph.charAt(at - 1))
                            : (at + 1 == paragraph.length() ? ' ' : paragraph.charAt(at + 1));
                    assertThat(outside).as(paragraph).isIn(' ', ',', '.');
                }
                assertThat(open).as(paragraph).isFalse();
            }
        }
    }

    @Test
    void pronouns_follow_the_character() {
        Set<String> wrong = new TreeSet<>();
        Pattern lived = Pattern.compile("\\b(girl|boy) named \\w+[.] (He|She)\\b|\\b(girl|boy)[.] (His|Her) name\\b");
        Pattern self = Pattern.compile("\\b[Hh]e [a-z]+ herself\\b|\\b[Ss]he [a-z]+ himself\\b");
        for (String story : STORIES) {
            for (Matcher match = lived.matcher(story); match.find(); ) {
                boolean girl = match.group().startsWith("girl");
                if (girl != (match.group().contains("She") || match.group().contains("Her"))) {
                    wrong.add(match.group());
                }
            }
            for (Matcher match = self.matcher(story); match.find(); ) {
                wrong.add(match.group());
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// A bare "his" in a template would not follow the character. Bare pronouns are only right for others than the
    /// cast.
    @Test
    void templates_leave_pronouns_to_slots() {
        Pattern bare = Pattern.compile("(?<![\\w{.])([Hh]is|[Hh]im|[Hh]imself|[Hh]erself)(?![\\w}])");
        Set<String> wrong = new TreeSet<>();
        for (String name : GrammarFile.lines("plots/index.txt")) {
            if (name.startsWith("#")) {
                continue;
            }
            for (String line : GrammarFile.lines("plots/" + name + ".txt")) {
                if (!line.startsWith("#") && bare.matcher(line).find()) {
                    wrong.add(name + ": " + line);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void names_of_girls_boys_and_animals_are_different() {
        GrammarFile words = GrammarFile.read(List.of("shared/words.txt"));
        Set<String> all = new TreeSet<>();
        int count = 0;
        for (String rule : List.of("girl_name", "boy_name", "animal_name", "toy_name")) {
            List<String> names = words.rules().getOrDefault(rule, List.of());
            assertThat(names).as(rule).isNotEmpty();
            all.addAll(names);
            count += names.size();
        }
        assertThat(all).hasSize(count);
    }
}
