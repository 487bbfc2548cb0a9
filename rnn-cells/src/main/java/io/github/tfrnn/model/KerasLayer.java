package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A layer of a Keras file: its arrays, and its class and settings where the file has them.
 *
 * <p>{@link #variables} converts the arrays for our cells. What a file of weights alone does not
 * say, the class or {@code reset_after} of a GRU without a bias, is taken from names and shapes, or
 * given with {@link #as}.
 */
public final class KerasLayer {
  private final KerasSource source;
  private final String name;
  private final Optional<KerasConfig> config;
  private final List<KerasArray> arrays;

  KerasLayer(
      KerasSource source, String name, Optional<KerasConfig> config, List<KerasArray> arrays) {
    this.source = source;
    this.name = name;
    this.config = config;
    this.arrays = List.copyOf(arrays);
  }

  /** Its name; that of a layer in a model in the model has both names, with a slash between. */
  public String name() {
    return name;
  }

  /** Its class, such as {@code LSTM}, if the file tells it. */
  public Optional<String> className() {
    return config.map(KerasConfig::className);
  }

  /**
   * Its settings by the names of Keras, such as {@code units}, {@code use_bias} and {@code
   * go_backwards}, as strings, numbers, booleans, lists and maps; empty if the file has none.
   * Settings that are {@code None} are left out.
   */
  public Map<String, Object> settings() {
    return config.map(KerasConfig::settings).orElse(Map.of());
  }

  /** Its arrays, in the order of Keras. */
  public List<KerasArray> arrays() {
    return arrays;
  }

  /** Returns the layer as one of a class that the file does not tell. */
  public KerasLayer as(String className) {
    return as(className, Map.of());
  }

  /** Returns the layer as one of a class and with settings that the file does not tell. */
  public KerasLayer as(String className, Map<String, ?> settings) {
    return with(name, Optional.of(new KerasConfig(className, Map.copyOf(settings))), arrays);
  }

  private KerasLayer with(String otherName, Optional<KerasConfig> other, List<KerasArray> part) {
    return new KerasLayer(
        source, otherName, other, part.stream().map(array -> array.of(otherName)).toList());
  }

  /**
   * The layer that a Bidirectional runs from the first step to the last.
   *
   * @throws IllegalArgumentException if this is none
   */
  public KerasLayer forward() {
    return direction("forward", config.flatMap(it -> it.inner("layer")));
  }

  /**
   * The layer that a Bidirectional runs from the last step to the first.
   *
   * @throws IllegalArgumentException if this is none
   */
  public KerasLayer backward() {
    return direction(
        "backward", config.flatMap(it -> it.inner("backward_layer").or(() -> it.inner("layer"))));
  }

  private boolean isBidirectional() {
    return className()
        .map(it -> it.equals("Bidirectional"))
        .orElseGet(() -> isNamed("forward_") && isNamed("backward_"));
  }

  private boolean isNamed(String part) {
    return arrays.stream().anyMatch(array -> array.name().contains(part));
  }

  private KerasLayer direction(String direction, Optional<KerasConfig> inner) {
    var owners = byOwner();
    if (!isBidirectional() || owners.size() < 2 || owners.size() % 2 != 0) {
      throw refused("layer must be Bidirectional, got " + description());
    }
    int half = owners.size() / 2;
    int begin = direction.equals("forward") ? 0 : half;
    var part = List.copyOf(owners.values()).subList(begin, begin + half);
    return with(name + "/" + direction, inner, part.stream().flatMap(List::stream).toList());
  }

  /**
   * The cells of a recurrent layer: one, or those of a stack in the order of Keras, lowest first.
   *
   * @throws IllegalArgumentException if this is a Bidirectional, whose {@link #forward} and {@link
   *     #backward} have cells
   */
  public List<KerasLayer> cells() {
    requireOneDirection();
    var settings = config.flatMap(KerasConfig::cells);
    var cells = new ArrayList<KerasLayer>();
    for (var own : byOwner().values()) {
      int index = cells.size();
      var cell = settings.filter(all -> index < all.size()).map(all -> all.get(index));
      var inferred = settings.isPresent() || isStack() ? cell : config;
      cells.add(with(isStack() ? name + "/" + index : name, inferred, own));
    }
    return cells;
  }

  private boolean isStack() {
    return byOwner().size() > 1;
  }

  private void requireOneDirection() {
    if (isBidirectional()) {
      throw refused(
          "layer must have one direction, got a Bidirectional. Take forward() and backward().");
    }
  }

  private Map<String, List<KerasArray>> byOwner() {
    var owners = new LinkedHashMap<String, List<KerasArray>>();
    arrays.forEach(
        array -> owners.computeIfAbsent(array.owner(), any -> new ArrayList<>()).add(array));
    return owners;
  }

  /**
   * Reads the weights of a recurrent layer of one cell.
   *
   * @return {@link SimpleRnnWeights}, {@link LstmWeights}, {@link GruWeights} or {@link
   *     ResetAfterGruWeights}
   * @throws IllegalArgumentException if the layer is not SimpleRNN, LSTM, GRU or an RNN of such a
   *     cell, or has several; if it has a {@code recurrent_activation} other than sigmoid, which
   *     our cells do not have; if an array is missing, does not fit or cannot be read
   */
  public RecurrentWeights recurrent() {
    requireOneDirection();
    if (isStack()) {
      throw refused("layer must have one cell, got " + byOwner().size() + ". Take cells().");
    }
    var cell =
        config.flatMap(KerasConfig::cells).filter(all -> all.size() == 1).map(all -> all.get(0));
    return new KerasConversion(label(), arrays, cell.isPresent() ? cell : config).recurrent();
  }

  /**
   * Reads the weights of a recurrent layer of a known kind.
   *
   * @throws IllegalArgumentException if it is of another; and as {@link #recurrent()}
   */
  public <W extends RecurrentWeights> W recurrent(Class<W> kind) {
    var weights = recurrent();
    if (!kind.isInstance(weights)) {
      throw refused(
          "layer must be one of "
              + kind.getSimpleName()
              + ", got "
              + weights.getClass().getSimpleName());
    }
    return kind.cast(weights);
  }

  /**
   * Reads the weights under the names that the variables of our cells and layers have.
   *
   * <table>
   * <caption>Who takes them</caption>
   * <tr><th>Keras</th><th>tfrnn</th></tr>
   * <tr><td>SimpleRNN</td><td>{@code BasicRnnCell}</td></tr>
   * <tr><td>LSTM</td><td>{@code LstmCell} or {@code BasicLstmCell} with {@code forgetBias(0)},
   *     {@code CudnnCompatibleLstmCell}</td></tr>
   * <tr><td>GRU, reset_after=True</td><td>{@code CudnnCompatibleGruCell}</td></tr>
   * <tr><td>GRU, reset_after=False</td><td>{@code GruCell}</td></tr>
   * <tr><td>Dense</td><td>{@code Dense}; without a bias, kernel only</td></tr>
   * <tr><td>Embedding</td><td>{@code Embedding}</td></tr>
   * </table>
   *
   * @param scope the own scope of cell or layer, such as {@code rnn/lstm_cell}
   * @return for {@link VariableAssignment#assign}
   * @throws IllegalArgumentException if the class is another or not known; and as {@link
   *     #recurrent()}
   */
  public Map<String, WeightArray> variables(String scope) {
    var plain = new KerasConversion(label(), arrays, config).plain(JoinedGates.prefix(scope));
    return plain.orElseGet(() -> recurrent().variables(scope));
  }

  private String label() {
    return source.file() + ": layer " + name;
  }

  private IllegalArgumentException refused(String message) {
    return new IllegalArgumentException(source.file() + ": " + name + ": " + message);
  }

  private String description() {
    return className().orElse("a class that the file does not tell, with " + arrays);
  }

  @Override
  public String toString() {
    return name + className().map(it -> " (" + it + ")").orElse("") + " " + arrays;
  }
}
