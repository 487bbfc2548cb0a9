package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tensorflow.Session;

/**
 * The checkpoints of a training run: a folder in which the last ones are kept and a file {@code
 * checkpoint} says which is the newest, as {@code tf.train.Saver} keeps them and {@code
 * tf.train.latest_checkpoint} finds them.
 *
 * <pre>{@code
 * var checkpoints = Checkpoints.in(Path.of("run")).keep(3);
 * checkpoints.latest().ifPresent(checkpoint -> checkpoint.restore(session));
 * ...
 * checkpoints.save(session, step);                     // run/model.ckpt-2000
 * }</pre>
 *
 * <p>A save that is killed at any point leaves the newest checkpoint of before readable, also where
 * it writes over one of the same step. What it left half-done the next save removes. One program at
 * a time may save to a folder; any number may read.
 */
public final class Checkpoints {
  private static final String BEFORE = ".before";
  private static final int KEPT = 5;

  /** Of a checkpoint that was written over, in more files or in format V1. */
  private static final String OTHER_FILES = "(\\.data-(?!00000-of-00001$)\\d+-of-\\d+)?";

  private final Path folder;
  private final String name;
  private final int kept;

  private Checkpoints(Path folder, String name, int kept) {
    this.folder = folder;
    this.name = name;
    this.kept = kept;
  }

  /**
   * The checkpoints in a folder, which the first save makes: {@code model.ckpt-STEP}, the last 5.
   */
  public static Checkpoints in(Path folder) {
    return new Checkpoints(requireNonNull(folder, "folder"), "model.ckpt", KEPT);
  }

  /**
   * Returns these under another name: {@code name-STEP}.
   *
   * @throws IllegalArgumentException if it cannot be that of a file
   */
  public Checkpoints named(String name) {
    if (!name.matches("[\\w.-]*\\w[\\w.-]*") || name.startsWith(".")) {
      throw new IllegalArgumentException(
          "checkpoints: name must be of letters, digits, dots, dashes and underscores, got "
              + name);
    }
    return new Checkpoints(folder, name, kept);
  }

  /**
   * Returns these with another number of checkpoints kept; the ones before are deleted once a new
   * one is in place.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Checkpoints keep(int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "checkpoints: number to keep must be at least 1, got " + number);
    }
    return new Checkpoints(folder, name, number);
  }

  /**
   * The newest checkpoint.
   *
   * @return nothing if there is none yet
   * @throws CheckpointException if the file {@code checkpoint} or what it names cannot be read
   */
  public Optional<Checkpoint> latest() {
    return CheckpointState.read(folder)
        .map(CheckpointState::latest)
        .filter(latest -> !latest.isEmpty())
        .map(latest -> Checkpoint.open(path(latest)));
  }

  /**
   * The checkpoints that the file {@code checkpoint} lists, oldest first.
   *
   * @throws CheckpointException if it cannot be read
   */
  public List<Path> all() {
    return CheckpointState.read(folder).orElse(CheckpointState.NONE).all().stream()
        .map(this::path)
        .toList();
  }

  /** Python may write where the folder was; it may be elsewhere now. */
  private Path path(String listed) {
    try {
      var path = folder.resolve(listed);
      boolean moved =
          Path.of(listed).isAbsolute()
              && !Files.exists(BundleFile.index(path))
              && !Files.exists(path);
      return moved ? folder.resolve(path.getFileName()) : path;
    } catch (InvalidPathException e) {
      throw new CheckpointException(
          CheckpointState.file(folder) + ": names must be those of files, got " + listed, e);
    }
  }

  /**
   * Writes the variables of a session as the newest checkpoint, as {@link Checkpoint#save} does.
   *
   * @param step the number of training steps, at least 0, which becomes a part of the name
   * @throws IllegalArgumentException if it is negative, or the graph has no variable
   * @throws CheckpointException if the file {@code checkpoint} that is there cannot be read
   * @throws UncheckedIOException if the files cannot be written
   */
  public Checkpoint save(Session session, long step) {
    if (step < 0) {
      throw new IllegalArgumentException("checkpoints: step must be at least 0, got " + step);
    }
    String saved = name + "-" + step;
    var prefix = folder.resolve(saved);
    try {
      removeLeftOvers();
      try (var files = NewCheckpoint.write(session, prefix)) {
        replace(saved, files);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(prefix + ": cannot be written", e);
    }
    return Checkpoint.open(prefix);
  }

  private CheckpointState state() {
    var read = CheckpointState.read(folder).orElse(CheckpointState.NONE);
    return new CheckpointState(
        local(read.latest()), read.all().stream().map(this::local).toList(), read.unsettled());
  }

  /** The name in the folder of what is listed by its whole path. */
  private String local(String listed) {
    var path = path(listed).toAbsolutePath().normalize();
    return listed.isEmpty() || !folder.toAbsolutePath().normalize().equals(path.getParent())
        ? listed
        : String.valueOf(path.getFileName());
  }

  /** Removes what a save that was killed did not come to move or to delete. */
  private void removeLeftOvers() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    var state = state();
    delete(state.unsettled().stream().filter(it -> !state.all().contains(it)).toList());
    deleteMatching(
        Pattern.compile(
            "\\.(checkpoint|" + Pattern.quote(name) + "-\\d+\\.(index|data-\\d+-of-\\d+))\\.part"));
  }

  // At every instant the file names a whole checkpoint: one of the same step gets a second name,
  // which the file names while data and index are moved over the first.
  private void replace(String saved, NewCheckpoint files) throws IOException {
    var old = state();
    var listed = new ArrayList<>(old.all());
    String before = saved + BEFORE;
    String latest = old.latest();
    if (!listed.contains(before) && isWhole(saved)) {
      keepBefore(saved, before);
      listed.remove(saved);
      listed.add(before);
      latest = latest.equals(saved) || latest.isEmpty() ? before : latest;
    } else {
      listed.remove(saved);
      boolean lost = latest.equals(saved);
      latest = lost ? listed.isEmpty() ? "" : listed.get(listed.size() - 1) : latest;
    }
    new CheckpointState(latest, listed, List.of(saved)).write(folder);
    files.publish();
    listed.remove(before);
    listed.add(saved);
    int dropped = Math.max(0, listed.size() - kept);
    var left = new ArrayList<>(listed.subList(0, dropped));
    left.add(before);
    var last = List.copyOf(listed.subList(dropped, listed.size()));
    new CheckpointState(saved, last, left).write(folder);
    delete(left);
    deleteMatching(Pattern.compile(Pattern.quote(saved) + OTHER_FILES));
    new CheckpointState(saved, last, List.of()).write(folder);
  }

  private boolean isWhole(String saved) {
    try {
      return !Checkpoint.open(folder.resolve(saved)).variables().isEmpty();
    } catch (CheckpointException e) {
      return false;
    }
  }

  private void keepBefore(String saved, String before) throws IOException {
    delete(List.of(before));
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String is = String.valueOf(file.getFileName());
        if (filesOf(saved).matcher(is).matches()) {
          DurableFiles.link(file, folder.resolve(before + is.substring(saved.length())));
        }
      }
    }
    DurableFiles.syncFolder(folder.resolve(before));
  }

  private static Pattern filesOf(String prefix) {
    return Pattern.compile(Pattern.quote(prefix) + "(\\.index|\\.meta|\\.data-\\d+-of-\\d+)?");
  }

  /** Deletes files of this folder only; others may be listed by their whole path. */
  private void delete(List<String> prefixes) throws IOException {
    for (String prefix : prefixes) {
      deleteMatching(filesOf(prefix));
    }
  }

  private void deleteMatching(Pattern names) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (names.matcher(String.valueOf(file.getFileName())).matches()) {
          Files.delete(file);
        }
      }
    }
  }
}
