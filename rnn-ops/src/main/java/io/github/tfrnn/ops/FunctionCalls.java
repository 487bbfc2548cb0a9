package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.CompiledAttribute;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;

/** Adds calls of functions of the graph; nothing here asks the graph, which may be locked. */
final class FunctionCalls {
  /** The attribute of functions that XLA compiles, and of their calls. */
  static final String MUST_COMPILE = "_XlaMustCompile";

  private FunctionCalls() {}

  /** Calls a function that the runtime puts in the place of the call. */
  static List<Output<?>> inlined(
      Ops tf, String name, String function, List<Output<?>> inputs, List<DataType> results) {
    var builder = tf.scope().opBuilder("PartitionedCall", name);
    return called(builder, function, inputs, results);
  }

  /** Calls a function that is compiled. */
  static List<Output<?>> compiled(
      Ops tf, String name, String function, List<Output<?>> inputs, List<DataType> results) {
    var builder = tf.scope().opBuilder("StatefulPartitionedCall", name);
    return called(builder.setAttr(MUST_COMPILE, true), function, inputs, results);
  }

  private static List<Output<?>> called(
      OperationBuilder builder, String function, List<Output<?>> inputs, List<DataType> results) {
    builder.addInputList(inputs.toArray(new Output<?>[0]));
    builder.setAttr("Tin", NodeDefs.types(types(inputs)));
    builder.setAttr("Tout", NodeDefs.types(results));
    builder.setAttr("f", NodeDefs.function(function));
    return outputs(builder.build(), results.size());
  }

  /**
   * Passes values through a node whose gradient ({@link CompiledGradient}) is what {@code plan}
   * says.
   */
  static List<Output<?>> join(Ops tf, String name, List<Output<?>> values, String plan) {
    var builder = tf.scope().opBuilder("IdentityN", name);
    builder.addInputList(values.toArray(new Output<?>[0]));
    builder.setAttr("T", NodeDefs.types(types(values)));
    builder.setAttr(CompiledAttribute.NAME, plan);
    return outputs(builder.build(), values.size());
  }

  private static List<Output<?>> outputs(Operation op, int count) {
    var outputs = new ArrayList<Output<?>>();
    for (int i = 0; i < count; i++) {
      outputs.add(op.output(i));
    }
    return outputs;
  }

  static List<DataType> types(List<Output<?>> values) {
    return values.stream().map(Output::dataType).toList();
  }
}
