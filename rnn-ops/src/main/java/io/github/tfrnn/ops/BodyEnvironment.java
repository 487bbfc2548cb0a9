package io.github.tfrnn.ops;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.OpScope;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;

/**
 * Where the body of a loop is traced: a scratch graph whose ops may name values of the graph
 * outside. Such a value is captured: a placeholder stands for it in the scratch graph, and the loop
 * carries it in as an invariant.
 */
final class BodyEnvironment implements ExecutionEnvironment {
  private final Graph scratch;
  private final Ops outer;
  private final Scope base;
  private final boolean compiled;
  private final Map<Output<?>, Output<?>> captures = new LinkedHashMap<>();

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
