package inkling.app;

import inkling.app.command.FileTree;
import inkling.app.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Trains a model of almost nothing and lets it write, at the end of every build, with the JVM told to keep all classes
/// that were loaded in an archive: commands that find nine hundred classes there need not parse, check and link them
/// again, and the first word of a model comes a seventh sooner.
final class Rehearsal {
    private static final String TEXT = "The hen found a seed. The seed became a tree. ".repeat(50);

    private static final String TRAIN = "train --vocab-size 270 --context-length 16 --d-model 32 --num-layers 1"
            + " --num-heads 2 --batch-size 2 --steps 2 --data text.txt --run run";

    private static final String GENERATE = "generate --prompt The --max-tokens 8 --run run";

    private final Path folder;
    private final Terminal terminal = Terminal.system();

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    /// Takes the name of a folder, which is deleted before and afterwards.
    public static void main(String[] args) throws IOException {
        var rehearsal = new Rehearsal(Path.of(args[0]));
        FileTree.delete(rehearsal.folder);
        Files.writeString(Files.createDirectories(rehearsal.folder).resolve("text.txt"), TEXT);
        rehearsal.perform(TRAIN);
        rehearsal.perform(GENERATE);
        FileTree.delete(rehearsal.folder);
    }

    private void perform(String command) {
        String[] words = command.split(" ");
        for (int i = 1; i < words.length; i++) {
            if (words[i - 1].equals("--data") || words[i - 1].equals("--run")) {
                words[i] = folder.resolve(words[i]).toString();
            }
        }
        int status = new CommandFrame(terminal).run(words);
        terminal.out().flush();
        if (status != 0) {
            throw new IllegalStateException(command + " ended with status " + status);
        }
    }
}
