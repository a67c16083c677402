package inkling.app;

import inkling.core.train.DivergenceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// Turns failures into one sentence for people.
final class Sentences {
    private Sentences() {}

    /// What to print, and the exit status that goes with it.
    record Verdict(String sentence, int status) {}

    /// The sentence and status of a failure: 2 for what the user can mend, 1 for a fault of the program.
    static Verdict of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof UncheckedIOException
                        || cause instanceof ExecutionException
                        || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case FileSystemException e -> new Verdict(fileSystem(e), 2);
            case FileNotFoundException e -> new Verdict(oneLine(message(e)), 2);
            case IOException e -> new Verdict(inputOutput(e), 2);
            case IllegalArgumentException e -> new Verdict(oneLine(message(e)), 2);
            case DivergenceException e -> new Verdict(oneLine(message(e)), 2);
            case ArithmeticException e
            when message(e).contains("overflow") ->
                new Verdict(
                        "the sizes are too large: a product of them is beyond what this program counts (9.2e18)", 2);
            case OutOfMemoryError e ->
                new Verdict(
                        "out of memory (" + oneLine(message(e)) + "); give the JVM more with INKLING_JAVA_OPTS=-Xmx8g",
                        2);
            default -> new Verdict("unexpected " + oneLine(cause.toString()), 1);
        };
    }

    /// The text without line breaks.
    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static String inputOutput(IOException e) {
        String message = message(e);
        if (message.startsWith("No space left on device")) {
            return "the disk is full (no space left on device); nothing was left half-written";
        }
        return oneLine(message);
    }

    private static String fileSystem(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException _ -> e.getFile() + ": no such file or folder";
            case AccessDeniedException _ -> e.getFile() + ": access denied";
            case NotDirectoryException _ -> e.getFile() + ": expected a folder, found a file";
            case FileAlreadyExistsException _ -> e.getFile() + ": exists already";
            default ->
                e.getFile() + ": " + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
        };
    }
}
