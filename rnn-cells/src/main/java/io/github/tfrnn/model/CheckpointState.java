package io.github.tfrnn.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code checkpoint} of a folder, which names the checkpoints in it: a {@code
 * CheckpointState} of TensorFlow as text, which {@code tf.train.latest_checkpoint} reads.
 *
 * @param latest the newest one; empty if there is none
 * @param all the names, oldest first
 * @param unsettled names of which files may be there that belong to nothing. They stand in comments
 */
record CheckpointState(String latest, List<String> all, List<String> unsettled) {
  static final CheckpointState NONE = new CheckpointState("", List.of(), List.of());

  private static final String UNSETTLED = "# unsettled ";
  private static final long MOST_BYTES = 16 << 20;
  private static final String TEXT = "(?:\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)*+')";
  private static final Pattern LINE =
      Pattern.compile("(\\w+)\\s*:\\s*(?:(" + TEXT + ")|[-+.\\w]+)\\s*[;,]?\\s*(?:#.*)?");

  static Path file(Path folder) {
    return folder.resolve("checkpoint");
  }

  /**
   * Reads the file.
   *
   * @return nothing if there is none
   * @throws CheckpointException if it is damaged
   */
  static Optional<CheckpointState> read(Path folder) {
    var file = file(folder);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    var stored = StoredFile.at(file);
    if (stored.size() > MOST_BYTES) {
      throw stored.damaged("must be a short list of checkpoints", stored.size() + " bytes");
    }
    var all = new ArrayList<String>();
    var unsettled = new ArrayList<String>();
    String latest = "";
    for (String line : text(stored).split("\n", -1)) {
      String trimmed = line.trim();
      if (trimmed.startsWith(UNSETTLED)) {
        unsettled.add(name(stored, trimmed.substring(UNSETTLED.length())));
      } else if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
        var match = LINE.matcher(trimmed);
        if (!match.matches()) {
          throw stored.damaged("lines must be like all_model_checkpoint_paths: \"name\"", trimmed);
        }
        switch (match.group(1)) {
          case "model_checkpoint_path" -> latest = name(stored, match.group(2));
          case "all_model_checkpoint_paths" -> all.add(name(stored, match.group(2)));
          case "all_model_checkpoint_timestamps", "last_preserved_timestamp" -> {}
          default -> throw stored.damaged("must have the fields of TensorFlow", match.group(1));
        }
      }
    }
    if (!latest.isEmpty() && !all.contains(latest)) {
      all.add(latest); // as Python does
    }
    return Optional.of(new CheckpointState(latest, List.copyOf(all), List.copyOf(unsettled)));
  }

  private static String text(StoredFile file) {
    try {
      byte[] bytes = file.bytes(0, file.size(), "the list");
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw file.damaged("must be text", "other bytes");
    }
  }

  private static String name(StoredFile file, @Nullable String quoted) {
    if (quoted == null || quoted.length() < 2 || !quoted.matches(TEXT)) {
      throw file.damaged("names must be in quotes", quoted);
    }
    try {
      var bytes = TextFormat.unescapeBytes(quoted.substring(1, quoted.length() - 1));
      String name =
          StandardCharsets.UTF_8.newDecoder().decode(bytes.asReadOnlyByteBuffer()).toString();
      if (name.isEmpty() || name.indexOf('\0') >= 0) {
        throw file.damaged("names must be those of files", quoted);
      }
      return name;
    } catch (TextFormat.InvalidEscapeSequenceException | CharacterCodingException e) {
      throw file.damaged("names must be text", quoted);
    }
  }

  /** Puts the file in place of the one that is there, at once. */
  void write(Path folder) throws IOException {
    var text = new StringBuilder();
    if (!latest.isEmpty()) {
      text.append("model_checkpoint_path: ").append(quoted(latest)).append('\n');
    }
    all.forEach(
        name -> text.append("all_model_checkpoint_paths: ").append(quoted(name)).append('\n'));
    unsettled.forEach(name -> text.append(UNSETTLED).append(quoted(name)).append('\n'));
    DurableFiles.replace(file(folder), text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String name) {
    return '"' + TextFormat.escapeBytes(ByteString.copyFromUtf8(name)) + '"';
  }
}
