package io.github.tfrnn.ops;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.OpScope;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Where the body of a loop is traced: a scratch graph whose ops may name values of the graph
 * outside. Such a value is captured: a placeholder stands for it in the scratch graph, and the loop
 * carries it in as an invariant.
 */
final class BodyEnvironment implements ExecutionEnvironment {
  /** 2^64 by the golden ratio: its multiples lie far apart, so places of steps do not meet. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final Graph scratch;
  private final Ops outer;
  private final Scope base;
  private final boolean compiled;
  private final Map<Output<?>, Output<?>> captures = new LinkedHashMap<>();
  private @Nullable Operand<TInt32> step;
  private @Nullable Operand<TInt64> place;

  /** The body of a loop. */
  BodyEnvironment(Graph scratch, Ops outer) {
    this(scratch, outer, isCompiled(outer));
  }

  private BodyEnvironment(Graph scratch, Ops outer, boolean compiled) {
    this.scratch = scratch;
    this.outer = outer;
    this.compiled = compiled;
    this.base = new OpScope(this);
  }

  /** A piece that is compiled, with the loops inside. */
  static BodyEnvironment compiled(Graph scratch, Ops outer) {
    return new BodyEnvironment(scratch, outer, true);
  }

  /** Whether what {@code tf} builds is compiled. */
  static boolean isCompiled(Ops tf) {
    return tf.scope().env() instanceof BodyEnvironment body && body.compiled;
  }

  Graph scratch() {
    return scratch;
  }

  /** The ops of the graph around the body, which may be a body again. */
  Ops outer() {
    return outer;
  }

  /** Says which of its steps the loop is at; a body without steps has the place of those around. */
  void at(Operand<TInt32> step) {
    this.step = step;
  }

  /**
   * Returns a number of the step among all steps of this loop and of those around it: {@code t} in
   * a loop of its own.
   */
  Optional<Operand<TInt64>> place() {
    var around =
        outer.scope().env() instanceof BodyEnvironment body
            ? body.place()
            : Optional.<Operand<TInt64>>empty();
    if (step == null) {
      return around;
    }
    if (place == null) {
      var tf = Ops.create(this);
      Operand<TInt64> t = tf.dtypes.cast(step, TInt64.class);
      place =
          around
              .<Operand<TInt64>>map(
                  outside ->
                      tf.math.add(
                          outside, tf.math.mul(t, tf.constant(spread(outer.scope().env())))))
              .orElse(t);
    }
    return Optional.of(place);
  }

  /** The factor of a step inside the loops that {@code env} is the body of. */
  private static long spread(ExecutionEnvironment env) {
    long factor = 1;
    for (var e = env; e instanceof BodyEnvironment body; e = body.outer.scope().env()) {
      factor *= body.step == null ? 1 : SPREAD;
    }
    return factor;
  }

  /** Captured values, in the order of their first use, each with its stand-in. */
  Map<Output<?>, Output<?>> captures() {
    return captures;
  }

  /** Returns {@code value} itself if it belongs to the body, else its stand-in. */
  Output<?> resolve(Output<?> value) {
    if (value.op().env() == scratch) {
      return value;
    }
    var around = outer.scope().env();
    Output<?> seen = around instanceof BodyEnvironment body ? body.resolve(value) : value;
    if (seen.op().env() != Graphs.local(around, "loop body")) {
      throw new IllegalArgumentException(
          "loop body: "
              + value.op().name()
              + " must belong to the graph that the loop is built in, got a value of another graph");
    }
    return captures.computeIfAbsent(seen, this::standIn);
  }

  private Output<?> standIn(Output<?> value) {
    if (value.dataType().name().endsWith("_REF")) {
      throw new IllegalArgumentException(
          "loop body: "
              + value.op().name()
              + " must be a value, got the reference of a variable. Read it with"
              + " VariableScope.variable or tf.identity.");
    }
    var spec = ValueSpec.of(value.dataType(), value.shape());
    return Placeholders.add(scratch, "step_capture" + captures.size(), spec);
  }

  @Override
  public OperationBuilder opBuilder(String type, String name, Scope scope) {
    var builder = scratch.opBuilder(type, name, scope);
    // Of the thirty methods only those that take inputs differ.
    return (OperationBuilder)
        Proxy.newProxyInstance(
            OperationBuilder.class.getClassLoader(),
            new Class<?>[] {OperationBuilder.class},
            (proxy, method, args) -> {
              try {
                var result = method.invoke(builder, resolved(args));
                return result == builder ? proxy : result;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private Object @Nullable [] resolved(Object @Nullable [] args) {
    if (args == null || args.length != 1) {
      return args;
    }
    if (args[0] instanceof Output<?> input) {
      return new Object[] {resolve(input)};
    }
    if (args[0] instanceof Output<?>[] inputs) {
      var inner = new Output<?>[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        inner[i] = resolve(inputs[i]);
      }
      return new Object[] {inner};
    }
    return args;
  }

  @Override
  public void attachFunction(ConcreteFunction function) {
    scratch.attachFunction(function);
  }

  @Override
  public void checkInput(Operation input) {
    // Values of the graph outside are welcome; resolve refuses the others.
  }

  @Override
  public Types environmentType() {
    return Types.GRAPH;
  }

  @Override
  public Scope baseScope() {
    return base;
  }

  @Override
  public boolean isInitializer(Operation operation) {
    return false;
  }
}
