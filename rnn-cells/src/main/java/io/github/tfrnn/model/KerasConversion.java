package io.github.tfrnn.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what the arrays of one layer or cell are, and converts them.
 *
 * @param label of the layer, with the file, for messages
 * @param arrays in the order of Keras
 * @param config of the layer or cell, if the file has one
 */
record KerasConversion(String label, List<KerasArray> arrays, Optional<KerasConfig> config) {
  private static final List<String> RECURRENT = List.of("kernel", "recurrent_kernel", "bias");

  /** Dense and Embedding, by full name; empty for others. */
  Optional<Map<String, WeightArray>> plain(String prefix) {
    String kind = kind();
    List<String> names;
    if (kind.equals("Dense")) {
      names = List.of("kernel", "bias");
    } else if (kind.equals("Embedding")) {
      names = List.of("embeddings");
    } else {
      return Optional.empty();
    }
    var roles = roles(names);
    var first = required(roles, names.get(0));
    if (first.shape().numDimensions() != 2) {
      throw JoinedGates.refused(label, names.get(0), "[rows, columns]", first.shape());
    }
    var variables = new LinkedHashMap<String, WeightArray>();
    if (kind.equals("Embedding")) {
      variables.put(prefix + "embedding", first.read());
      return Optional.of(variables);
    }
    variables.put(prefix + "kernel", first.read());
    if (roles.containsKey("bias")) {
      var bias = required(roles, "bias").read();
      JoinedGates.require(label, "bias", bias, first.shape().get(1));
      variables.put(prefix + "bias", bias);
    }
    return Optional.of(variables);
  }

  RecurrentWeights recurrent() {
    String kind = kind();
    if (!List.of("SimpleRNN", "LSTM", "GRU").contains(kind)) {
      throw refused(
          "class must be SimpleRNN, LSTM, GRU, or an RNN of such a cell, got "
              + (kind.isEmpty() ? "none, and arrays " + arrays : kind)
              + (kind.isEmpty() ? ". Give it with as(className)." : ""));
    }
    var activation = config.flatMap(it -> it.text("recurrent_activation"));
    if (activation.isPresent() && !activation.get().equals("sigmoid")) {
      throw refused(
          "recurrent_activation must be sigmoid, as in our cells, got " + activation.get());
    }
    var roles = roles(RECURRENT);
    requireUnits(required(roles, "recurrent_kernel"));
    required(roles, "kernel");
    boolean resetAfter = kind.equals("GRU") && resetAfter(roles);
    var weights = new LinkedHashMap<String, WeightArray>();
    roles.forEach((role, array) -> weights.put(role, array.read()));
    return switch (kind) {
      case "SimpleRNN" -> SimpleRnnWeights.ofKeras(label, weights);
      case "LSTM" -> LstmWeights.ofKeras(label, weights);
      default ->
          resetAfter
              ? ResetAfterGruWeights.ofKeras(label, weights)
              : GruWeights.ofKeras(label, weights);
    };
  }

  private void requireUnits(KerasArray recurrent) {
    if (config.map(KerasConfig::settings).map(all -> all.get("units")).orElse("")
            instanceof Number units
        && recurrent.shape().numDimensions() == 2
        && recurrent.shape().get(0) != units.longValue()) {
      throw JoinedGates.refused(
          label, "recurrent_kernel", "[" + units + ", ...], as units says", recurrent.shape());
    }
  }

  /** The shape of the bias tells it, or else the setting. */
  private boolean resetAfter(Map<String, KerasArray> roles) {
    var setting = config.flatMap(it -> it.flag("reset_after"));
    if (setting.isPresent()) {
      return setting.get();
    }
    var bias = roles.get("bias");
    if (bias == null) {
      throw refused(
          "reset_after must be known for a GRU without a bias, got a file that does not tell it."
              + " Give it with as(\"GRU\", Map.of(\"reset_after\", true)).");
    }
    return bias.shape().numDimensions() == 2;
  }

  /** The class without the word Cell, or what names and shapes say; empty if they do not. */
  private String kind() {
    return config
        .map(KerasConfig::className)
        .map(name -> name.endsWith("Cell") ? name.substring(0, name.length() - 4) : name)
        .filter(name -> !name.equals("RNN"))
        .orElseGet(this::kindByShape);
  }

  private String kindByShape() {
    if (!arrays.isEmpty() && arrays.get(0).ownName().equals("embeddings")) {
      return "Embedding";
    }
    if (arrays.size() >= 2 && arrays.get(1).shape().numDimensions() == 2) {
      var shape = arrays.get(1).shape();
      long gates = shape.get(0) == 0 ? 0 : shape.get(1) / shape.get(0);
      if (shape.get(1) == gates * shape.get(0)) {
        return gates == 1 ? "SimpleRNN" : gates == 3 ? "GRU" : gates == 4 ? "LSTM" : "";
      }
    }
    boolean kernel = !arrays.isEmpty() && arrays.get(0).ownName().equals("kernel");
    return kernel ? "Dense" : "";
  }

  /** Arrays by role: by name where they have names, and else by their place. */
  private Map<String, KerasArray> roles(List<String> names) {
    var roles = new LinkedHashMap<String, KerasArray>();
    for (int i = 0; i < arrays.size(); i++) {
      String own = arrays.get(i).ownName();
      String role = own.matches("\\d+") && i < names.size() ? names.get(i) : own;
      if (!names.contains(role) || roles.put(role, arrays.get(i)) != null) {
        throw refused("arrays must be " + names + ", got " + arrays);
      }
    }
    if (config.flatMap(it -> it.flag("use_bias")).orElse(false)) {
      required(roles, "bias");
    }
    return roles;
  }

  private KerasArray required(Map<String, KerasArray> roles, String role) {
    var array = roles.get(role);
    if (array == null) {
      throw refused("arrays must have " + role + ", got " + arrays);
    }
    return array;
  }

  private IllegalArgumentException refused(String message) {
    return new IllegalArgumentException(label + ": " + message);
  }
}
