package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The folder of a training run. What is in it is whole: files and folders are written under another
 * name and then moved, so that a crash leaves what was there before.
 *
 * <p>{@code checkpoint-N} holds the model after N steps; the largest N counts, older ones are
 * deleted once a new one is there.
 */
final class RunFolder {
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,18})");
  private static final String PART = ".part";

  private final Path root;

  private RunFolder(Path root) {
    this.root = root;
  }

  /**
   * Makes the folder, or takes one that is there.
   *
   * @throws UserError if it cannot be made or written to
   */
  static RunFolder writable(Path root) {
    try {
      Files.createDirectories(root);
      Files.delete(Files.createTempFile(root, "try", PART));
      return new RunFolder(root);
    } catch (IOException e) {
      throw new UserError("--out must be a folder that can be written to, got " + root, e);
    }
  }

  /** Takes a folder that may be there or not. */
  static RunFolder at(Path root) {
    return new RunFolder(root);
  }

  Path root() {
    return root;
  }

  /** The newest checkpoint, if there is one. */
  Optional<Path> newest() {
    return checkpoints().stream().max(Comparator.comparingLong(RunFolder::stepOf));
  }

  /**
   * The newest checkpoint.
   *
   * @throws UserError if there is none
   */
  Path requireNewest() {
    return newest()
        .orElseThrow(
            () ->
                new UserError(
                    "--model must be the folder of a trained model, found no checkpoint in "
                        + root
                        + ". Make one with: tfrnn char-rnn train --out "
                        + root));
  }

  /** After how many steps a checkpoint was written. */
  static long stepOf(Path checkpoint) {
    var name = CHECKPOINT.matcher(checkpoint.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException(
          "checkpoint must be named checkpoint-N, got " + checkpoint);
    }
    return Long.parseLong(name.group(1));
  }

  /** Writes a file or a folder at a path. */
  @FunctionalInterface
  interface Writer {
    /** Writes to {@code path}, where nothing is. */
    void write(Path path) throws IOException;
  }

  /** Adds a checkpoint; {@code writer} fills its folder. Older ones go once it is there. */
  Path checkpoint(long step, Writer writer) throws IOException {
    var name = "checkpoint-" + step;
    var checkpoint = root.resolve(name);
    if (!Files.exists(checkpoint)) {
      publish(
          name,
          part -> {
            Files.createDirectory(part);
            writer.write(part);
          });
    }
    for (Path other : checkpoints()) {
      if (!other.equals(checkpoint)) {
        delete(other);
      }
    }
    return checkpoint;
  }

  /** Writes {@code name} in this folder, in place of what may be there. */
  Path publish(String name, Writer writer) throws IOException {
    var part = root.resolve(name + PART);
    var whole = root.resolve(name);
    delete(part);
    try {
      writer.write(part);
    } catch (IOException | RuntimeException | Error e) {
      delete(part);
      throw e;
    }
    if (Files.isDirectory(whole)) {
      delete(whole); // a folder cannot be moved over another one
    }
    return Files.move(
        part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private List<Path> checkpoints() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (var files = Files.list(root)) {
      return files
          .filter(file -> CHECKPOINT.matcher(file.getFileName().toString()).matches())
          .toList();
    } catch (IOException e) {
      throw new UserError("folder must be readable, got " + root, e);
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
