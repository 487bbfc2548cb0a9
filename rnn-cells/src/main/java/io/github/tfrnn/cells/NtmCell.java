package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.family.TFloating;

/**
 * A Neural Turing Machine: a cell, the controller, that reads from a memory and writes to it
 * through heads.
 *
 * <p>With batch size {@code B}, input width {@code D}, a memory of {@code N} places of width {@code
 * W}, a controller of output width {@code C} and a shift range of {@code R}, one step computes
 *
 * <pre>{@code
 * a = controller([x, read vectors])
 * p = clip(a * parameters_kernel + parameters_bias)
 * of p, for each read head and then each write head:
 *   k = tanh(W columns), b = softplus(1), g = sigmoid(1), s = softmax(2R + 1), y = 1 + softplus(1)
 *   w = softmax(b * cosine(k, M))            by content
 *   w = g * w + (1 - g) * (w of the last step)
 *   w = w shifted around the ring by 0 .. R, -R .. -1, as s says
 *   w = w^y / sum(w^y)
 * read vector = sum over the places of w * M, for each read head
 * of p, for each write head: e = sigmoid(W columns), v = tanh(W columns)
 *   M' = M * (1 - w e) + w v                 one head after the other
 * output = clip([a, new read vectors] * output_kernel + output_bias)
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built. The output has
 * shape {@code [B, O]} with {@link Builder#outputs}, else {@code [B, D]}; {@link #outputSize()}
 * then says that its width is unknown.
 *
 * <p>A row that has taken no step yet, whose {@code time} is 0, begins with learned values instead
 * of those in its state: the memory with {@code memory}, the read vectors with {@code
 * tanh(initial_read_vector_i)}, the weights of the heads with {@code
 * softmax(initial_address_weights_i)}. So {@code zeroState} needs no scope: it is all zeros, as in
 * TensorFlow 1.15.
 *
 * <p>Its scope, {@code ntm_cell} by default, holds in the order of their creation
 *
 * <ul>
 *   <li>{@code parameters_kernel}, shape {@code [C, P]}, truncated normal with deviation {@code 1 /
 *       sqrt(C)} at first, columns as above: first all of k, b, g, s, y, head by head, then e, v of
 *       each write head; {@code parameters_bias}, shape {@code [P]}, zeros at first;
 *   <li>{@code output_kernel}, shape {@code [C + W * read heads, O]}, truncated normal with
 *       deviation one by the root of its rows; {@code output_bias}, shape {@code [O]}, zeros;
 *   <li>{@code initial_read_vector_i}, shape {@code [1, W]}, for each read head, Glorot uniform;
 *   <li>{@code initial_address_weights_i}, shape {@code [1, N]}, for each head, Glorot uniform;
 *   <li>{@code memory}, shape {@code [N, W]}, 1e-6 everywhere;
 *   <li>the variables of the controller, in a scope of its own in this one.
 * </ul>
 *
 * <p>Three things differ from TensorFlow 1.15 on purpose. Steps are counted for each row, so that a
 * row of length zero still begins with the learned values later on. The powers {@code w^y} are
 * taken of the weights divided by the largest, which changes no result but keeps them from all
 * becoming zero in a large memory. A shift range of zero works.
 *
 * <p>Sources: Graves, Wayne and Danihelka 2014, Neural Turing Machines; Collier and Beel 2018,
 * Implementing Neural Turing Machines; {@code tf.contrib.rnn.NTMCell} of TensorFlow 1.15.
 *
 * @param <S> the state of the controller
 */
public final class NtmCell<T extends TFloating, S>
    implements TensorCell<T, NtmControllerState<T, S>> {
  private final TensorCell<T, S> controller;
  private final int controllerWidth;
  private final NtmSize size;
  private final OptionalInt outputs;
  private final OptionalDouble clip;
  private final CellScope scope;

  private NtmCell(Builder<T, S> builder, int controllerWidth, NtmSize size) {
    this.controller = builder.controller;
    this.controllerWidth = controllerWidth;
    this.size = size;
    this.outputs = builder.outputs;
    this.clip = OptionalDouble.of(builder.clip);
    this.scope = CellScope.named(builder.name, builder.reuse);
  }

  /**
   * Begins a cell with one read head and one write head.
   *
   * @param controller any cell with an output of known width; it is used by this cell alone
   * @param places N, at least 1
   * @param width W, at least 1
   * @throws IllegalArgumentException if a number is smaller, or the controller has another output
   */
  public static <T extends TFloating, S> Builder<T, S> builder(
      TensorCell<T, S> controller, int places, int width) {
    return new Builder<>(controller, places, width);
  }

  @Override
  public Class<T> type() {
    return controller.type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    long width = outputs.isPresent() ? outputs.getAsInt() : Shape.UNKNOWN_SIZE;
    return Structure.tensor(Leaf.of("output", type(), Shape.of(width)));
  }

  /**
   * The tensors {@code controller_state/...}, {@code read_vector_list/i}, {@code w_list/i}, {@code
   * M} and {@code time}.
   */
  @Override
  public Structure<NtmControllerState<T, S>> stateSize() {
    return size.structure(type(), controller.stateSize());
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built
   */
  @Override
  public Step<Operand<T>, NtmControllerState<T, S>> step(
      VariableScope scope, Operand<T> x, NtmControllerState<T, S> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), x, type());
          Fit.state(own.name(), stateSize(), state, x);
          var weights = weights(own.withOps(Ops.create(own.graph())), outputs.orElse((int) depth));
          return next(own, weights, x, begun(own.tf(), weights, state));
        });
  }

  /** The variables, or what is made of them. */
  private record Weights<T extends TFloating>(
      Linear<T> parameters,
      Linear<T> output,
      List<Operand<T>> readVectors,
      List<Operand<T>> addressWeights,
      Operand<T> memory) {}

  private Weights<T> weights(VariableScope own, int columns) {
    var tf = own.tf();
    int rows = controllerWidth + size.width() * size.readHeads();
    return new Weights<>(
        linear(own, "parameters_", controllerWidth, size.parameters()),
        linear(own, "output_", rows, columns),
        initial(own, "initial_read_vector_", size.readHeads(), size.width(), tf.math::tanh),
        initial(own, "initial_address_weights_", size.heads(), size.places(), tf.nn::softmax),
        own.variable(
            "memory", Shape.of(size.places(), size.width()), type(), Initializers.constant(1e-6)));
  }

  private Linear<T> linear(VariableScope own, String prefix, int rows, long columns) {
    VariableInitializer normal = Initializers.truncatedNormal(0, 1 / Math.sqrt(rows));
    return Linear.variables(
        own.withInitializer(normal), prefix, rows, columns, type(), Initializers.zeros());
  }

  private List<Operand<T>> initial(
      VariableScope own, String prefix, int heads, int width, UnaryOperator<Operand<T>> function) {
    var values = new ArrayList<Operand<T>>();
    for (int head = 0; head < heads; head++) {
      var glorot = Initializers.glorotUniform();
      values.add(function.apply(own.variable(prefix + head, Shape.of(1, width), type(), glorot)));
    }
    return values;
  }

  /** Returns the state with the learned values in the rows that have taken no step. */
  private NtmControllerState<T, S> begun(
      Ops tf, Weights<T> weights, NtmControllerState<T, S> state) {
    var fresh = tf.expandDims(tf.math.equal(state.time(), tf.constant(0)), tf.constant(1));
    return new NtmControllerState<>(
        state.controllerState(),
        select(tf, fresh, weights.readVectors(), state.readVectors()),
        select(tf, fresh, weights.addressWeights(), state.addressWeights()),
        tf.select(tf.expandDims(fresh, tf.constant(2)), weights.memory(), state.memory()),
        state.time());
  }

  private static <T extends TFloating> List<Operand<T>> select(
      Ops tf, Operand<TBool> fresh, List<Operand<T>> learned, List<Operand<T>> old) {
    var values = new ArrayList<Operand<T>>();
    for (int i = 0; i < old.size(); i++) {
      values.add(tf.select(fresh, learned.get(i), old.get(i)));
    }
    return values;
  }

  private Step<Operand<T>, NtmControllerState<T, S>> next(
      VariableScope own, Weights<T> weights, Operand<T> x, NtmControllerState<T, S> state) {
    var tf = own.tf();
    var input = Columns.join(tf, x, state.readVectors());
    var control = controller.step(own, input, state.controllerState());
    var a = control.output();
    var parameters = LstmStep.clip(tf, weights.parameters().of(tf, a), clip);
    var steering = NtmSteering.of(tf, size, parameters);

    var memory = new NtmMemory<>(tf, state.memory());
    var addresses = new ArrayList<Operand<T>>();
    for (int i = 0; i < size.heads(); i++) {
      var previous = state.addressWeights().get(i);
      addresses.add(memory.address(steering.heads().get(i), previous, size.shiftRange()));
    }
    var reads = addresses.subList(0, size.readHeads()).stream().map(memory::read).toList();
    var written = memory;
    for (int i = 0; i < size.writeHeads(); i++) {
      written = written.write(addresses.get(size.readHeads() + i), steering.changes().get(i));
    }
    var output = weights.output().of(tf, Columns.join(tf, a, reads));
    return new Step<>(
        LstmStep.clip(tf, output, clip),
        new NtmControllerState<>(
            control.state(),
            reads,
            addresses,
            written.places(),
            tf.math.add(state.time(), tf.constant(1))));
  }

  /** Settings of an {@link NtmCell}. */
  public static final class Builder<T extends TFloating, S> {
    private final TensorCell<T, S> controller;
    private final int places;
    private final int width;
    private int readHeads = 1;
    private int writeHeads = 1;
    private int shiftRange = 1;
    private OptionalInt outputs = OptionalInt.empty();
    private double clip = 20;
    private String name = "ntm_cell";
    private Reuse reuse = Reuse.NEVER;

    private Builder(TensorCell<T, S> controller, int places, int width) {
      this.controller = requireNonNull(controller, "controller");
      this.places = requireAtLeast(1, "places", places);
      this.width = requireAtLeast(1, "width", width);
    }

    /** Sets the number of heads that read, 1 by default and at least. */
    public Builder<T, S> readHeads(int heads) {
      this.readHeads = requireAtLeast(1, "readHeads", heads);
      return this;
    }

    /** Sets the number of heads that write, 1 by default and at least. */
    public Builder<T, S> writeHeads(int heads) {
      this.writeHeads = requireAtLeast(1, "writeHeads", heads);
      return this;
    }

    /**
     * Sets how many places a head can move in a step, either way; 1 by default.
     *
     * @param places R, at least 0; at {@code build} refused if {@code 2R + 1 > N}
     */
    public Builder<T, S> shiftRange(int places) {
      this.shiftRange = requireAtLeast(0, "shiftRange", places);
      return this;
    }

    /** Sets the width of the output, at least 1; by default it is that of the input. */
    public Builder<T, S> outputs(int columns) {
      this.outputs = OptionalInt.of(requireAtLeast(1, "outputs", columns));
      return this;
    }

    /**
     * Clips what steers the heads, and the output, to {@code [-limit, limit]}; 20 by default. It is
     * the {@code clip_value} of TensorFlow 1.15.
     *
     * @throws IllegalArgumentException if {@code limit} is not above 0
     */
    public Builder<T, S> clip(double limit) {
      if (!(limit > 0)) {
        throw refused("clip", "above 0", Double.toString(limit));
      }
      this.clip = limit;
      return this;
    }

    /**
     * Sets the default name of the cell's scope, which siblings of that name still make unique.
     *
     * @throws IllegalArgumentException at {@code build} if it is empty or holds a slash
     */
    public Builder<T, S> name(String name) {
      this.name = requireNonNull(name, "name");
      return this;
    }

    /**
     * Shares the weights of a cell that was built before: with {@link Reuse#ALWAYS} the scope of
     * exactly this cell's name must hold them, with {@link Reuse#AUTO} it may.
     */
    public Builder<T, S> reuse(Reuse reuse) {
      this.reuse = requireNonNull(reuse, "reuse");
      return this;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if heads can move further than around the ring of places, or
     *     the output of the controller has no known width
     */
    public NtmCell<T, S> build() {
      if (2 * shiftRange + 1 > places) {
        throw refused(
            "shiftRange",
            "at most " + (places - 1) / 2 + " for " + places + " places",
            Integer.toString(shiftRange));
      }
      var row = controller.outputSize().leaves().get(0).shape();
      if (row.numDimensions() != 1 || row.get(0) < 0) {
        throw refused("controller", "a cell with an output of known width", Shapes.text(row));
      }
      var size = new NtmSize(places, width, readHeads, writeHeads, shiftRange);
      return new NtmCell<>(this, (int) row.get(0), size);
    }

    private int requireAtLeast(int least, String what, int value) {
      if (value < least) {
        throw refused(what, "at least " + least, Integer.toString(value));
      }
      return value;
    }

    private IllegalArgumentException refused(String what, String rule, String got) {
      return new IllegalArgumentException(name + ": " + what + " must be " + rule + ", got " + got);
    }
  }
}
