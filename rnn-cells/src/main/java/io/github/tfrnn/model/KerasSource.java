package io.github.tfrnn.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A file that Keras wrote, taken apart into the tree of its arrays and the text of its config. */
final class KerasSource {
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  // Keras does not compress: what unfolds to many times the file is not a model.
  private static final long ALWAYS_ALLOWED = 64L << 20;
  private static final long MOST_TIMES = 20;

  private final Path file;
  private @Nullable Hdf5Group weights;
  private Optional<String> config = Optional.empty();

  private KerasSource(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not a sound file of Keras
   * @throws UncheckedIOException if it cannot be read
   */
  static KerasSource read(Path file) {
    var source = new KerasSource(file);
    try {
      source.read();
    } catch (IOException e) {
      throw new UncheckedIOException("keras: cannot read " + file, e);
    }
    return source;
  }

  private void read() throws IOException {
    long size = Files.size(file);
    byte[] start;
    try (var in = Files.newInputStream(file)) {
      start = in.readNBytes(HDF5.length);
    }
    if (Arrays.equals(start, HDF5)) {
      if (size > LARGEST) {
        throw refused("file", "be smaller than 2 GiB", size + " bytes");
      }
      parse(Files.readAllBytes(file));
    } else if (start.length >= ZIP.length && Arrays.equals(Arrays.copyOf(start, 4), ZIP)) {
      unzip(size);
    } else {
      throw refused(
          "file",
          "be HDF5 (.weights.h5, .h5) or a .keras archive",
          start.length == 0 ? "an empty one" : "one that begins with " + Arrays.toString(start));
    }
  }

  private void parse(byte[] hdf5) {
    weights = guarded("file", () -> Hdf5Reader.read(hdf5));
  }

  private void unzip(long size) throws IOException {
    try (var zip = open()) {
      config = Optional.of(new String(entry(zip, "config.json", size), StandardCharsets.UTF_8));
      parse(entry(zip, "model.weights.h5", size));
    }
  }

  private ZipFile open() throws IOException {
    try {
      return new ZipFile(file.toFile());
    } catch (ZipException | RuntimeException e) {
      throw refused("archive", "be a sound zip file", String.valueOf(e.getMessage()), e);
    }
  }

  private byte[] entry(ZipFile zip, String name, long size) {
    var entry = zip.getEntry(name);
    if (entry == null) {
      throw refused("archive", "have an entry " + name, "none");
    }
    long limit = Math.min(LARGEST, Math.max(ALWAYS_ALLOWED, MOST_TIMES * size));
    if (entry.getSize() > limit) {
      throw refused(name, "unfold to at most " + limit + " bytes", Long.toString(entry.getSize()));
    }
    byte[] bytes;
    boolean more;
    try (var in = zip.getInputStream(entry)) {
      bytes = in.readNBytes((int) limit);
      more = in.read() >= 0;
    } catch (IOException | RuntimeException e) {
      throw refused(name, "be a sound entry of the archive", String.valueOf(e.getMessage()), e);
    }
    if (more) {
      throw refused(name, "unfold to at most " + limit + " bytes", "more");
    }
    return bytes;
  }

  Path file() {
    return file;
  }

  Hdf5Group weights() {
    if (weights == null) {
      throw new IllegalStateException("keras: " + file + " must be read first");
    }
    return weights;
  }

  /** The description of the model as JSON, from the archive or from the attribute of an h5 file. */
  Optional<String> config() {
    return config.isPresent() ? config : weights().text("model_config");
  }

  /**
   * Runs what reads the file, and says of any failure that the file is not sound. A hostile one can
   * lead the library that decodes it anywhere, also to the end of the stack or of the memory.
   */
  @SuppressWarnings("CatchingUnchecked")
  <R> R guarded(String what, Supplier<R> reading) {
    try {
      return reading.get();
    } catch (RuntimeException e) {
      throw refused(what, "be readable", reason(e), e);
    } catch (StackOverflowError e) {
      throw refused(what, "be readable", "parts that are nested too deep or in a circle", e);
    } catch (OutOfMemoryError e) {
      throw refused(what, "be readable", "parts that claim more memory than there is", e);
    }
  }

  private static String reason(Throwable e) {
    var reason = new StringBuilder(String.valueOf(e.getMessage()));
    for (var cause = e.getCause(); cause != null; cause = cause.getCause()) {
      reason.append(": ").append(cause.getMessage());
    }
    return reason.toString();
  }

  IllegalArgumentException refused(String what, String rule, String got) {
    return new IllegalArgumentException(file + ": " + what + " must " + rule + ", got " + got);
  }

  private IllegalArgumentException refused(String what, String rule, String got, Throwable cause) {
    return new IllegalArgumentException(
        file + ": " + what + " must " + rule + ", got " + got, cause);
  }
}
