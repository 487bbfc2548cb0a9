package io.github.tfrnn.model;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** Whether the variables of a SavedModel are in its files, with their types and shapes. */
final class VariablesCheck {
  /** What the graph says of a tensor that it restores; null for what it does not say. */
  record Wanted(@Nullable DataType type, @Nullable Shape shape) {}

  private VariablesCheck() {}

  /**
   * Looks at the files.
   *
   * @throws IllegalArgumentException if there are none, they are damaged, or a variable is missing
   *     or of another type or shape
   */
  static void require(Path directory, ModelFile file, GraphStructure structure, MetaGraphDef meta) {
    var wanted = wanted(structure);
    if (wanted.isEmpty() || meta.getSaverDef().getRestoreOpName().isEmpty()) {
      requireNoneLost(file, structure);
      return;
    }
    var prefix = directory.resolve("variables").resolve("variables");
    var index = new ModelFile(BundleFile.index(prefix));
    if (!Files.isRegularFile(index.path())) {
      throw new IllegalArgumentException(
          index.path()
              + ": file must exist, got none. The graph restores "
              + Messages.some(wanted.keySet(), ", "));
    }
    var held = held(prefix);
    wanted.forEach(
        (name, tensor) -> {
          var spec = held.get(name);
          if (spec == null) {
            throw index.refuse(
                "variables", "hold " + name, Messages.some(List.copyOf(held.keySet()), ", "));
          }
          boolean type = tensor.type() == null || tensor.type() == spec.dtype();
          boolean shape = tensor.shape() == null || tensor.shape().isCompatibleWith(spec.shape());
          if (!type || !shape) {
            throw index.refuse(
                "variable " + name,
                "be "
                    + TensorSpec.text(
                        tensor.type() == null ? spec.dtype() : tensor.type(),
                        tensor.shape() == null ? spec.shape() : tensor.shape())
                    + " as in the graph",
                TensorSpec.text(spec.dtype(), spec.shape()));
          }
        });
  }

  /** What the files hold, every byte of it compared with its checksum. */
  private static Map<String, SavedVariable> held(Path prefix) {
    var held = new TreeMap<String, SavedVariable>();
    try {
      var checkpoint = Checkpoint.open(prefix);
      checkpoint.verify();
      checkpoint.variables().forEach(variable -> held.put(variable.name(), variable));
    } catch (CheckpointException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return held;
  }

  private static void requireNoneLost(ModelFile file, GraphStructure structure) {
    for (NodeDef node : structure.nodes().values()) {
      if (isVariable(node)) {
        throw file.refuse(
            "variable " + node.getName(), "be restored by the graph", "no restore op");
      }
    }
  }

  /** The tensors that the ops which restore ask for, by name. */
  private static Map<String, Wanted> wanted(GraphStructure structure) {
    var wanted = new TreeMap<String, Wanted>();
    var assigned = assigned(structure.nodes());
    for (NodeDef node : structure.nodes().values()) {
      if (!node.getOp().equals("RestoreV2")) {
        continue;
      }
      var names = strings(structure, node.getInput(1));
      var slices = strings(structure, node.getInput(2));
      boolean allWhole = isZeros(structure, node.getInput(2));
      var types = node.getAttrOrThrow("dtypes").getList().getTypeList();
      for (int i = 0; i < Math.min(names.size(), types.size()); i++) {
        boolean whole = allWhole || (i < slices.size() && slices.get(i).isEmpty());
        var variable = assigned.get(i == 0 ? node.getName() : node.getName() + ":" + i);
        wanted.put(
            names.get(i).toStringUtf8(),
            new Wanted(whole ? types.get(i) : null, whole ? shape(variable) : null));
      }
    }
    return wanted;
  }

  /** The variables of TensorFlow 1 by the tensor that is assigned to them. */
  private static Map<String, NodeDef> assigned(Map<String, NodeDef> nodes) {
    var assigned = new HashMap<String, NodeDef>();
    for (NodeDef node : nodes.values()) {
      if (node.getOp().equals("Assign")) {
        var variable = nodes.get(GraphStructure.producer(node.getInput(0)));
        if (variable != null && isVariable(variable)) {
          assigned.put(node.getInput(1).replaceFirst(":0$", ""), variable);
        }
      }
    }
    return assigned;
  }

  /** Whether a node is a variable of TensorFlow 1. */
  static boolean isVariable(NodeDef node) {
    return node.getOp().equals("VariableV2") || node.getOp().equals("Variable");
  }

  private static @Nullable Shape shape(@Nullable NodeDef variable) {
    if (variable == null) {
      return null;
    }
    TensorShapeProto shape = variable.getAttrOrThrow("shape").getShape();
    // The op Variable says "no size" for an unknown shape, too.
    if (shape.getUnknownRank()
        || (shape.getDimCount() == 0 && variable.getOp().equals("Variable"))) {
      return null;
    }
    return ShapeProtos.shape(shape);
  }

  // TensorFlow-Java writes "whole" for every variable by an op.
  private static boolean isZeros(GraphStructure structure, String input) {
    var node = structure.nodes().get(GraphStructure.producer(input));
    return node != null && node.getOp().equals("ZerosLike");
  }

  private static List<ByteString> strings(GraphStructure structure, String input) {
    var node = structure.nodes().get(GraphStructure.producer(input));
    if (node == null || !node.getOp().equals("Const")) {
      return List.of();
    }
    var tensor = node.getAttrOrThrow("value").getTensor();
    var shape = tensor.getTensorShape();
    int elements = shape.getDimCount() == 1 ? (int) shape.getDim(0).getSize() : 1;
    return StringConstant.read(tensor, elements).orElse(List.of());
  }
}
