package io.github.tfrnn.ops;

import java.util.HashMap;
import java.util.Map;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** What the runtime says of its ops. */
final class OpDefs {
  private static final Map<String, OpDef> OPS = new HashMap<>();

  static {
    for (OpDef op : TensorFlow.registeredOpList().getOpList()) {
      OPS.put(op.getName(), op);
    }
  }

  private OpDefs() {}

  static OpDef of(NodeDef node) {
    var found = OPS.get(node.getOp());
    if (found == null) {
      throw new IllegalArgumentException(
          "loop body: ops must be known to TensorFlow, got " + node.getOp() + " " + node.getName());
    }
    return found;
  }

  /** Whether running the node twice may give two answers. */
  static boolean stateful(NodeDef node) {
    return of(node).getIsStateful() && !node.getOp().equals("Placeholder");
  }

  /** How many outputs an output argument of a node stands for. */
  static int count(NodeDef node, OpDef.ArgDef argument) {
    if (!argument.getNumberAttr().isEmpty()) {
      return (int) node.getAttrOrThrow(argument.getNumberAttr()).getI();
    }
    if (!argument.getTypeListAttr().isEmpty()) {
      return node.getAttrOrThrow(argument.getTypeListAttr()).getList().getTypeCount();
    }
    return 1;
  }
}
