package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A text in two parts: nine tenths to train on, and a tenth that training never sees.
 *
 * @param description what the text is, in a few words
 * @param training what is trained on
 * @param heldOut what the loss is measured on
 */
record Corpus(String description, String training, String heldOut) {
  private static final String SOURCES = "tensorflow-framework-sources.zip";
  private static final int PARTS = 10;

  /**
   * Returns the built-in text: the Java files in the published sources jar of tensorflow-framework,
   * ordered by path and joined as they are, licence headers included. Every tenth file is held out.
   */
  static Corpus builtIn() {
    var files = new ArrayList<>(javaFiles().values());
    var training = new StringBuilder();
    var heldOut = new StringBuilder();
    for (int i = 0; i < files.size(); i++) {
      (i % PARTS == PARTS - 1 ? heldOut : training).append(files.get(i));
    }
    int out = files.size() / PARTS;
    return new Corpus(
        "Java sources of tensorflow-framework: %d files to train on, %d held out"
            .formatted(files.size() - out, out),
        training.toString(),
        heldOut.toString());
  }

  /** The contents of the Java files, by path. */
  private static SortedMap<String, String> javaFiles() {
    var files = new TreeMap<String, String>();
    try (var stream = Corpus.class.getResourceAsStream(SOURCES)) {
      if (stream == null) {
        throw new UserError(
            "built-in text must lie beside the classes, found no "
                + SOURCES
                + ". Build with Maven");
      }
      var zip = new ZipInputStream(stream);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(".java")) {
          files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /**
   * Returns the text of a file; its last tenth is held out.
   *
   * @throws UserError if there is no such file, or if it is empty or not UTF-8
   */
  static Corpus ofFile(Path file) {
    String text = read(file);
    if (text.isBlank()) {
      throw new UserError("--text must be a file with text in it, got an empty one: " + file);
    }
    int symbols = text.codePointCount(0, text.length());
    int cut = text.offsetByCodePoints(0, symbols - symbols / PARTS);
    return new Corpus(
        file + ": the last tenth held out", text.substring(0, cut), text.substring(cut));
  }

  private static String read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          "--text must be a file, got "
              + (Files.exists(file) ? "a folder" : "one that does not exist")
              + ": "
              + file);
    }
    try {
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new UserError("--text must be in UTF-8, got a file in another encoding: " + file, e);
    } catch (IOException e) {
      throw new UserError("--text must be readable, got " + e, e);
    }
  }

  /** A number that tells this text from another one, split in the same way. */
  String fingerprint() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update((training + '\0' + heldOut).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
