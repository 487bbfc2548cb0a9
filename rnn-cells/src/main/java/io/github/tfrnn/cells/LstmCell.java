package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Partitioner;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell, with peepholes, clipping and projection where asked for.
 *
 * <p>With batch size {@code B}, input width {@code D}, {@code H} units and output width {@code P},
 * which is H without a projection, one step computes
 *
 * <pre>{@code
 * [i, j, f, o] = [x, h] * kernel + bias
 * c' = c * sigmoid(f + forgetBias + w_f_diag * c) + sigmoid(i + w_i_diag * c) * activation(j)
 * c' = clip(c', -cellClip, cellClip)
 * m  = activation(c') * sigmoid(o + w_o_diag * c')
 * h' = clip(m * projection/kernel, -projectionClip, projectionClip)
 * }</pre>
 *
 * <p>The terms with {@code w_*_diag} are there with {@link Builder#peepholes()} only, the clips and
 * the projection with the setting of their name. The output gate sees the new memory, after its
 * clip.
 *
 * <p>Its scope, {@code lstm_cell} by default, holds in the order of their creation
 *
 * <ul>
 *   <li>{@code kernel}, shape {@code [D + P, 4H]}, columns i, j, f, o;
 *   <li>{@code bias}, shape {@code [4H]}, zeros at first; {@code forgetBias} is added in the graph
 *       and not stored;
 *   <li>{@code w_f_diag}, {@code w_i_diag}, {@code w_o_diag}, shape {@code [H]};
 *   <li>{@code projection/kernel}, shape {@code [H, P]}.
 * </ul>
 *
 * <p>With {@link Builder#unitShards} the kernel is kept in parts, {@code kernel/part_0} and so on,
 * and with {@link Builder#projectionShards} that of the projection. The numbers stay the same.
 *
 * <p>All but the bias begin with {@link Builder#initializer}, or else that of the scope around.
 *
 * <p>Sources: Hochreiter and Schmidhuber 1997; Sak, Senior and Beaufays 2014 for peepholes and
 * projection; {@code tf.nn.rnn_cell.LSTMCell} of TensorFlow 1.15.
 */
public final class LstmCell<T extends TFloating> implements ProjectsInput<T, LstmState<T>> {
  private final Class<T> type;
  private final int units;
  private final double forgetBias;
  private final boolean peepholes;
  private final OptionalDouble cellClip;
  private final OptionalInt projection;
  private final OptionalDouble projectionClip;
  private final OptionalInt unitShards;
  private final OptionalInt projectionShards;
  private final @Nullable VariableInitializer initializer;
  private final Activation<T> activation;
  private final Affine.Maker<T> maker;
  private final CellScope scope;

  private LstmCell(Builder<T> builder) {
    type = builder.type;
    units = builder.units;
    forgetBias = builder.forgetBias;
    peepholes = builder.peepholes;
    cellClip = builder.cellClip;
    projection = builder.projection;
    projectionClip = builder.projectionClip;
    unitShards = builder.unitShards;
    projectionShards = builder.projectionShards;
    initializer = builder.initializer;
    activation = builder.activation;
    maker = unitShards.isEmpty() ? builder.maker : this::sharded;
    scope = builder.scope();
  }

  /**
   * Begins a cell.
   *
   * @param type the type of input, state and weights
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating> Builder<T> builder(Class<T> type, int units) {
    return new Builder<>(type, units);
  }

  @Override
  public Class<T> type() {
    return type;
  }

  private int outputs() {
    return projection.orElse(units);
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return Structure.tensor(Leaf.of("h", type, Shape.of(outputs())));
  }

  @Override
  public Structure<LstmState<T>> stateSize() {
    return LstmState.structure(type, units, outputs());
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built
   * @param state c of shape {@code [B, H]}, h of shape {@code [B, P]}
   * @return output {@code h'}, shape {@code [B, P]}, and the state {@code (c', h')}
   */
  @Override
  public Step<Operand<T>, LstmState<T>> step(
      VariableScope scope, Operand<T> x, LstmState<T> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), x, type);
          Fit.state(own.name(), stateSize(), state, x);
          var weights = weights(own, depth);
          return next(own.tf(), weights.gates().of(own.tf(), x, state.h()), state.c(), weights);
        });
  }

  @Override
  public Projection<T, LstmState<T>> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), inputs, type);
          var weights = weights(own, depth);
          var halves = weights.gates().halves(own.tf(), depth, outputs());
          return new Projection<>(
              halves.project(own.tf(), inputs),
              (tf, projected, state) -> {
                Fit.state(own.name(), stateSize(), state, projected);
                return next(tf, halves.of(tf, projected, state.h()), state.c(), weights);
              });
        });
  }

  private Weights<T> weights(VariableScope inside, long depth) {
    var tf = Ops.create(inside.graph()); // what is made of weights alone stays outside of a loop
    var here = inside.withOps(tf);
    var own = initializer == null ? here : here.withInitializer(initializer);
    var size = new Affine.Size<>(type, depth, outputs(), 4L * units);
    var gates = maker.make(own, "", size, Initializers.zeros());
    return new Weights<>(
        gates.shifted(tf, forgetShift(tf)),
        diagonal(own, "w_f_diag"),
        diagonal(own, "w_i_diag"),
        diagonal(own, "w_o_diag"),
        projection.isEmpty()
            ? Optional.empty()
            : Optional.of(
                sharded(own, projectionShards)
                    .variable("projection/kernel", Shape.of(units, outputs()), type)));
  }

  private Linear<T> sharded(
      VariableScope own, String prefix, Affine.Size<T> size, VariableInitializer bias) {
    return new Linear<>(
        sharded(own, unitShards)
            .variable(
                prefix + "kernel", Shape.of(size.depth() + size.units(), size.columns()), type),
        own.variable(prefix + "bias", Shape.of(size.columns()), type, bias));
  }

  private static VariableScope sharded(VariableScope own, OptionalInt shards) {
    return shards.isEmpty() ? own : own.withPartitioner(Partitioner.fixedSize(shards.getAsInt()));
  }

  private Optional<Operand<T>> diagonal(VariableScope own, String name) {
    return peepholes ? Optional.of(own.variable(name, Shape.of(units), type)) : Optional.empty();
  }

  /** The forget bias in the columns of f and zero in the others, shape {@code [4H]}. */
  private Operand<T> forgetShift(Ops tf) {
    var columns = new double[4 * units];
    Arrays.fill(columns, 2 * units, 3 * units, forgetBias);
    return tf.dtypes.cast(tf.constant(columns), type);
  }

  /**
   * What follows the product.
   *
   * @param z the columns i, j, f and o, the forget bias among them, shape {@code [B, 4H]}
   */
  private Step<Operand<T>, LstmState<T>> next(
      Ops tf, Operand<T> z, Operand<T> c, Weights<T> weights) {
    var ijfo = tf.split(tf.constant(1), z, 4L).output();
    var i = tf.math.sigmoid(peep(tf, ijfo.get(0), weights.i(), c));
    var j = activation.apply(tf, ijfo.get(1));
    var f = tf.math.sigmoid(peep(tf, ijfo.get(2), weights.f(), c));

    var memory = clip(tf, tf.math.add(tf.math.mul(c, f), tf.math.mul(i, j)), cellClip);
    var o = tf.math.sigmoid(peep(tf, ijfo.get(3), weights.o(), memory));
    Operand<T> h = tf.math.mul(activation.apply(tf, memory), o);
    if (weights.projection().isPresent()) {
      h = clip(tf, tf.linalg.matMul(h, weights.projection().get()), projectionClip);
    }
    return new Step<>(h, new LstmState<>(memory, h));
  }

  private static <T extends TFloating> Operand<T> peep(
      Ops tf, Operand<T> gate, Optional<Operand<T>> diagonal, Operand<T> c) {
    return diagonal.<Operand<T>>map(w -> tf.math.add(gate, tf.math.mul(w, c))).orElse(gate);
  }

  static <T extends TFloating> Operand<T> clip(Ops tf, Operand<T> value, OptionalDouble limit) {
    if (limit.isEmpty()) {
      return value;
    }
    return tf.clipByValue(
        value,
        tf.constantOfSameType(value, -limit.getAsDouble()),
        tf.constantOfSameType(value, limit.getAsDouble()));
  }

  /**
   * The variables, or what is made of them.
   *
   * @param gates with the forget bias in its bias
   */
  private record Weights<T extends TFloating>(
      Affine<T> gates,
      Optional<Operand<T>> f,
      Optional<Operand<T>> i,
      Optional<Operand<T>> o,
      Optional<Operand<T>> projection) {}

  /** Settings of an {@link LstmCell}. */
  public static final class Builder<T extends TFloating> extends CellBuilder<T, Builder<T>> {
    private double forgetBias = 1;
    private boolean peepholes;
    private OptionalDouble cellClip = OptionalDouble.empty();
    private OptionalInt projection = OptionalInt.empty();
    private OptionalDouble projectionClip = OptionalDouble.empty();
    private OptionalInt unitShards = OptionalInt.empty();
    private OptionalInt projectionShards = OptionalInt.empty();
    private @Nullable VariableInitializer initializer;
    private Affine.Maker<T> maker = Linear::make;

    private Builder(Class<T> type, int units) {
      super(type, units, "lstm_cell");
    }

    Builder(CellBuilder<T, ?> other) {
      super(other);
    }

    Builder(CellBuilder<T, ?> other, Affine.Maker<T> maker) {
      this(other);
      this.maker = maker;
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Sets what is added to the forget gate before its sigmoid, 1 by default. */
    public Builder<T> forgetBias(double forgetBias) {
      this.forgetBias = forgetBias;
      return this;
    }

    /** Lets the gates see the memory, through a weight for each unit. */
    public Builder<T> peepholes() {
      this.peepholes = true;
      return this;
    }

    /**
     * Clips the memory to {@code [-limit, limit]}.
     *
     * @param limit at least 0, where 0 keeps the memory empty
     * @throws IllegalArgumentException if {@code limit} is negative or not a number
     */
    public Builder<T> cellClip(double limit) {
      this.cellClip = OptionalDouble.of(requireLimit("cellClip", limit));
      return this;
    }

    /**
     * Projects the output to fewer or more columns.
     *
     * @param columns P, at least 1
     * @throws IllegalArgumentException if {@code columns < 1}
     */
    public Builder<T> projection(int columns) {
      this.projection = OptionalInt.of(requirePositive("projection", columns));
      return this;
    }

    /**
     * Clips the projected output to {@code [-limit, limit]}.
     *
     * @param limit at least 0
     * @throws IllegalArgumentException if {@code limit} is negative or not a number; at {@code
     *     build} if there is no projection
     */
    public Builder<T> projectionClip(double limit) {
      this.projectionClip = OptionalDouble.of(requireLimit("projectionClip", limit));
      return this;
    }

    /**
     * Keeps the kernel in parts, cut along its rows. It is {@code num_unit_shards} of TensorFlow
     * 1.15; one shard is {@code kernel/part_0}.
     *
     * @param shards at least 1
     * @throws IllegalArgumentException if {@code shards < 1}
     */
    public Builder<T> unitShards(int shards) {
      this.unitShards = OptionalInt.of(requirePositive("unitShards", shards));
      return this;
    }

    /**
     * Keeps the kernel of the projection in parts, cut along its rows. It is {@code
     * num_proj_shards} of TensorFlow 1.15.
     *
     * @param shards at least 1
     * @throws IllegalArgumentException if {@code shards < 1}; at {@code build} if there is no
     *     projection
     */
    public Builder<T> projectionShards(int shards) {
      this.projectionShards = OptionalInt.of(requirePositive("projectionShards", shards));
      return this;
    }

    /** Sets the initializer of all weights but the bias; by default that of the scope around. */
    public Builder<T> initializer(VariableInitializer initializer) {
      this.initializer = requireNonNull(initializer, "initializer");
      return this;
    }

    private void requireProjection(String what, boolean set) {
      if (set && projection.isEmpty()) {
        throw refused(what, "set together with projection", "no projection");
      }
    }

    private double requireLimit(String what, double limit) {
      if (!(limit >= 0)) {
        throw refused(what, "at least 0", Double.toString(limit));
      }
      return limit;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if there is a clip or are shards of the projection and no
     *     projection
     */
    public LstmCell<T> build() {
      requireProjection("projectionClip", projectionClip.isPresent());
      requireProjection("projectionShards", projectionShards.isPresent());
      return new LstmCell<>(this);
    }
  }
}
