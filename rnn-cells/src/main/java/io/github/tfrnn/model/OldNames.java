package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names that TensorFlow gave the variables of cells before 1.2, and those of today.
 *
 * <table>
 * <caption>What becomes of a name, optimizer slots included</caption>
 * <tr><th>before 1.0</th><th>1.0 and 1.1</th><th>today</th></tr>
 * <tr><td>{@code BasicLSTMCell/Linear/Matrix}, {@code .../Bias}</td><td>{@code
 *     basic_lstm_cell/weights}, {@code biases}</td><td>{@code basic_lstm_cell/kernel}, {@code
 *     bias}</td></tr>
 * <tr><td>{@code GRUCell/Gates/Linear/Matrix}</td><td>{@code gru_cell/gates/weights}</td><td>{@code
 *     gru_cell/gates/kernel}</td></tr>
 * <tr><td>{@code LSTMCell/W_0}, {@code B}, {@code W_P_0}, {@code W_F_diag}</td><td>{@code
 *     lstm_cell/weights}, {@code biases}, {@code projection/weights}, {@code
 *     w_f_diag}</td><td>{@code lstm_cell/kernel}, {@code bias}, {@code projection/kernel}, {@code
 *     w_f_diag}</td></tr>
 * <tr><td>{@code MultiRNNCell/Cell0}</td><td colspan="2">{@code multi_rnn_cell/cell_0}</td></tr>
 * <tr><td>{@code BiRNN/FW}</td><td colspan="2">{@code bidirectional_rnn/fw}</td></tr>
 * <tr><td>{@code RNN}</td><td colspan="2">{@code rnn}, or {@code RNN} if the program named it
 *     so</td></tr>
 * </table>
 *
 * <p>The other cells of {@code tf.contrib.rnn} went from {@code weights} and {@code biases} to
 * {@code kernel} and {@code bias} in the same way. Source: {@code
 * contrib/rnn/python/tools/checkpoint_convert.py} of TensorFlow 1.15.
 */
public final class OldNames {
  private static final Map<String, String> CELLS =
      Map.of(
          "BasicRNNCell", "basic_rnn_cell",
          "BasicLSTMCell", "basic_lstm_cell",
          "LSTMCell", "lstm_cell",
          "GRUCell", "gru_cell",
          "InputProjectionWrapper", "input_projection_wrapper",
          "OutputProjectionWrapper", "output_projection_wrapper",
          "EmbeddingWrapper", "embedding_wrapper");

  /** The scopes of a cell in which weights were renamed; the empty one is its own. */
  private static final Map<String, Set<String>> SCOPES =
      Map.ofEntries(
          Map.entry("basic_rnn_cell", Set.of("")),
          Map.entry("basic_lstm_cell", Set.of("")),
          Map.entry("lstm_cell", Set.of("", "projection")),
          Map.entry("gru_cell", Set.of("", "gates", "candidate")),
          Map.entry("input_projection_wrapper", Set.of("")),
          Map.entry("output_projection_wrapper", Set.of("")),
          Map.entry("lstm_block_wrapper", Set.of("")),
          Map.entry("layer_norm_basic_lstm_cell", Set.of("")),
          Map.entry("ugrnn_cell", Set.of("")),
          Map.entry("nas_rnn", Set.of("")),
          Map.entry("intersection_rnn_cell", Set.of("", "in_projection")),
          Map.entry("phased_lstm_cell", Set.of("mask_gates", "new_input", "output_gate")),
          Map.entry("attention_cell_wrapper", Set.of("", "attn_output_projection", "attention")));

  private static final Map<String, String> LEAVES =
      Map.of("weights", "kernel", "biases", "bias", "recurrent_weights", "recurrent_kernel");

  private static final Map<String, String> OLDEST_LEAVES =
      Map.of("Linear/Matrix", "kernel", "Linear/Bias", "bias", "B", "bias");

  private static final Pattern PART = Pattern.compile("(Linear/Matrix|W|W_P)_(\\d+)(/.+)?");
  private static final Pattern DIAGONAL = Pattern.compile("W_([FIO])_diag");
  private static final Pattern LAYER = Pattern.compile("Cell(\\d+)");

  private OldNames() {}

  /**
   * The names of today that a variable of an old checkpoint may have.
   *
   * <p>They are several where the scope {@code RNN} may be the program's or the driver's.
   *
   * @param name of a variable, or of an optimizer slot
   * @return the most likely first; empty if the name is none of a time before 1.2
   */
  public static List<String> today(String name) {
    var parts = Arrays.asList(name.split("/", -1));
    for (int i = 0; i < parts.size() - 1; i++) {
      var oldest = CELLS.get(parts.get(i));
      String rest = String.join("/", parts.subList(i + 1, parts.size()));
      if (oldest != null) {
        String end = oldest + "/" + oldestRest(oldest, rest).orElse(rest);
        return around(parts.subList(0, i)).stream().map(scope -> scope + end).toList();
      }
      var scopes = SCOPES.get(parts.get(i).replaceFirst("_\\d+$", ""));
      var renamed = scopes == null ? Optional.<String>empty() : rest(scopes, rest);
      if (renamed.isPresent()) {
        return List.of(String.join("/", parts.subList(0, i + 1)) + "/" + renamed.get());
      }
    }
    return List.of();
  }

  /** What stood below a cell in 1.0 and 1.1. */
  private static Optional<String> rest(Set<String> scopes, String rest) {
    for (String scope : scopes) {
      String before = scope.isEmpty() ? "" : scope + "/";
      for (var leaf : LEAVES.entrySet()) {
        String old = before + leaf.getKey();
        if (rest.equals(old) || rest.startsWith(old + "/")) {
          return Optional.of(before + leaf.getValue() + rest.substring(old.length()));
        }
      }
    }
    return Optional.empty();
  }

  /** What stood below a cell before 1.0. */
  private static Optional<String> oldestRest(String cell, String rest) {
    String inner = "";
    String leaf = rest;
    if (cell.equals("gru_cell") && rest.matches("(Gates|Candidate)/.+")) {
      inner = rest.startsWith("Gates/") ? "gates/" : "candidate/";
      leaf = rest.substring(inner.length());
    }
    var part = PART.matcher(leaf);
    if (part.matches()) { // of the slot of a part, the part comes last
      String kernel = part.group(1).equals("W_P") ? "projection/kernel" : "kernel";
      String slot = part.group(3) == null ? "" : part.group(3);
      return Optional.of(inner + kernel + slot + "/part_" + part.group(2));
    }
    for (var known : OLDEST_LEAVES.entrySet()) {
      if (leaf.equals(known.getKey()) || leaf.startsWith(known.getKey() + "/")) {
        return Optional.of(inner + known.getValue() + leaf.substring(known.getKey().length()));
      }
    }
    var diagonal = DIAGONAL.matcher(leaf);
    return diagonal.lookingAt()
        ? Optional.of(
            diagonal.replaceFirst("w_" + diagonal.group(1).toLowerCase(Locale.ROOT) + "_diag"))
        : Optional.empty();
  }

  /** The scopes around a cell before 1.0, with a slash at the end. */
  private static Set<String> around(List<String> parts) {
    var renamed = new ArrayList<String>();
    for (int i = 0; i < parts.size(); i++) {
      String before = i == 0 ? "" : parts.get(i - 1);
      String part = parts.get(i);
      var layer = LAYER.matcher(part);
      if (before.equals("MultiRNNCell") && layer.matches()) {
        part = "cell_" + layer.group(1);
      } else if (part.equals("MultiRNNCell")) {
        part = "multi_rnn_cell";
      } else if (part.equals("BiRNN")) {
        part = "bidirectional_rnn";
      } else if (before.equals("BiRNN") && (part.equals("FW") || part.equals("BW"))) {
        part = part.equals("FW") ? "fw" : "bw";
      }
      renamed.add(part);
    }
    var all = new LinkedHashSet<String>();
    var last = new ArrayList<>(renamed);
    int driver = last.lastIndexOf("RNN");
    if (driver >= 0) {
      last.set(driver, "rnn");
    }
    var every = new ArrayList<>(renamed);
    Collections.replaceAll(every, "RNN", "rnn");
    for (var scope : List.of(last, every, renamed)) {
      all.add(scope.isEmpty() ? "" : String.join("/", scope) + "/");
    }
    return all;
  }
}
