package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;

/** What is written on the op of a variable, so that a reloaded graph still knows it. */
final class VariableAttributes {
  private static final String TRAINABLE = "_tfrnn_trainable";
  private static final String COLLECTIONS = "_tfrnn_collections";

  /** Axis, offset, and the shape of the whole. */
  private static final String PARTITION = "_tfrnn_partition";

  private VariableAttributes() {}

  /** Writes what is not the default. */
  static void write(
      GraphOperationBuilder builder, VariableOptions options, Optional<Partition> partition) {
    if (!options.trainable()) {
      builder.setAttr(TRAINABLE, NodeDefs.bool(false));
    }
    if (!options.collections().equals(VariableOptions.DEFAULTS.collections())) {
      builder.setAttr(COLLECTIONS, options.collections().toArray(new String[0]));
    }
    partition.ifPresent(it -> builder.setAttr(PARTITION, numbers(it)));
  }

  static boolean trainable(GraphOperation op) {
    return read(op, TRAINABLE).map(AttrValue::getB).orElse(true);
  }

  /** The collections of a variable, with that of the trainable ones. */
  static List<String> collections(GraphOperation op, boolean trainable) {
    var all = new ArrayList<String>();
    read(op, COLLECTIONS)
        .ifPresentOrElse(
            written -> written.getList().getSList().forEach(name -> all.add(name.toStringUtf8())),
            () -> all.add(GraphKeys.GLOBAL_VARIABLES));
    if (trainable) {
      all.add(GraphKeys.TRAINABLE_VARIABLES);
    }
    return List.copyOf(all);
  }

  static Optional<Partition> partition(GraphOperation op) {
    return read(op, PARTITION).map(written -> partition(op.name(), written.getList().getIList()));
  }

  private static long[] numbers(Partition partition) {
    return Shape.of(partition.axis(), partition.offset()).append(partition.shape()).asArray();
  }

  private static Partition partition(String part, List<Long> numbers) {
    return new Partition(
        part.replaceFirst("(.*)/part_\\d+", "$1"), // the last one, which a slot's name may follow
        Shape.of(numbers.stream().skip(2).mapToLong(Long::longValue).toArray()),
        numbers.get(0).intValue(),
        numbers.get(1));
  }

  /** An attribute; empty if it is not written, as on what TensorFlow makes of itself. */
  private static Optional<AttrValue> read(GraphOperation op, String name) {
    try {
      return Optional.of(op.attributes().getAttrValueProto(name));
    } catch (TensorFlowException | TFInvalidArgumentException e) {
      return Optional.empty();
    }
  }
}
