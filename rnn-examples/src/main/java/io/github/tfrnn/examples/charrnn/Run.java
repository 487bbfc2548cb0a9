package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * All that makes one training run what it is; kept beside its weights.
 *
 * @param network the shape of the model
 * @param schedule how it is trained
 * @param text the file that is trained on; empty for the built-in text
 * @param fingerprint that of the text
 */
record Run(Network network, Schedule schedule, String text, String fingerprint) {
  private static final Set<String> FIXED =
      Set.of("cell", "units", "layers", "embedding", "batch", "window", "seed");

  /** The settings by name: those of options under the option's name without its dashes. */
  Map<String, String> values() {
    var values = new LinkedHashMap<String, String>();
    values.put("cell", network.cell().name());
    values.put("units", Integer.toString(network.units()));
    values.put("layers", Integer.toString(network.layers()));
    values.put("embedding", Integer.toString(network.embedding()));
    values.put("batch", Integer.toString(schedule.batch()));
    values.put("window", Integer.toString(schedule.window()));
    values.put("learning-rate", Double.toString(schedule.learningRate()));
    values.put("decay", Double.toString(schedule.decay()));
    values.put("clip", Double.toString(schedule.clip()));
    values.put("keep", Double.toString(schedule.keep()));
    values.put("seed", Long.toString(schedule.seed()));
    values.put("text", text);
    values.put("fingerprint", fingerprint);
    return values;
  }

  /**
   * Makes a run of what {@link #values} gave.
   *
   * @param where they come from, for messages
   * @throws UserError if one is missing or no such value
   */
  static Run of(Map<String, String> values, String where) {
    var read = new Values(values, where);
    return new Run(
        new Network(
            read.cell(), read.whole("units"), read.whole("layers"), read.whole("embedding")),
        new Schedule(
            read.whole("batch"),
            read.whole("window"),
            read.number("learning-rate"),
            read.number("decay"),
            read.number("clip"),
            read.number("keep"),
            read.parsed("seed", "be a whole number", Long::valueOf)),
        read.text("text"),
        read.text("fingerprint"));
  }

  /**
   * Returns this run trained on {@code corpus}.
   *
   * @throws UserError if it was trained on another text before
   */
  Run of(Corpus corpus) {
    var found = corpus.fingerprint();
    if (!fingerprint.isEmpty() && !fingerprint.equals(found)) {
      throw new UserError(
          "--text must stay the same when a run is resumed, got another text than it began with: "
              + (text.isEmpty() ? "the built-in one" : text));
    }
    return new Run(network, schedule, text, found);
  }

  /**
   * Returns this run with settings changed for the rest of it.
   *
   * @param given values by name
   * @throws UserError if one changes that weights, carried states or the place in the text depend
   *     on
   */
  Run resumed(Map<String, String> given) {
    var values = values();
    given.forEach(
        (name, value) -> {
          if (FIXED.contains(name) && !value.equals(values.get(name))) {
            throw new UserError(
                "--%s must stay %s, as in the checkpoint, got %s"
                    .formatted(name, values.get(name), value));
          }
          values.put(name, value);
        });
    return of(values, "settings");
  }

  /** Writes the settings, each on a line of its own as {@code name=value}. */
  void save(Path file) throws IOException {
    var lines = new ArrayList<String>();
    values().forEach((name, value) -> lines.add(name + "=" + value));
    Files.write(file, lines);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws UserError if a setting is missing or no such value
   */
  static Run load(Path file) throws IOException {
    var values = new LinkedHashMap<String, String>();
    for (String line : Files.readAllLines(file)) {
      var parts = line.split("=", 2);
      if (parts.length == 2) {
        values.put(parts[0], parts[1]);
      }
    }
    return of(values, file.toString());
  }

  private record Values(Map<String, String> values, String where) {
    String text(String name) {
      return parsed(name, "be set", value -> value);
    }

    CellKind cell() {
      return parsed("cell", "be LSTM or GRU", CellKind::valueOf);
    }

    int whole(String name) {
      return parsed(name, "be a whole number", Integer::valueOf);
    }

    double number(String name) {
      return parsed(name, "be a number", Double::valueOf);
    }

    <V> V parsed(String name, String rule, Function<String, V> parse) {
      var value = values.getOrDefault(name, "nothing");
      try {
        if (values.containsKey(name)) {
          return parse.apply(value);
        }
      } catch (IllegalArgumentException e) {
        throw new UserError(where + ": " + name + " must " + rule + ", got " + value, e);
      }
      throw new UserError(where + ": " + name + " must " + rule + ", got nothing");
    }
  }
}
