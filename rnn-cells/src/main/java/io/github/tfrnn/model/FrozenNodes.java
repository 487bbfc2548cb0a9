package io.github.tfrnn.model;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TString;

/** Makes the nodes of a frozen graph: variables become constants, the ends get their names. */
final class FrozenNodes {
  /** The shape of an output, which its node does not tell. */
  static final String SHAPE = "_tfrnn_shape";

  /** What a protocol buffer holds, less what the graph itself may need. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - (64L << 20);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.\\\\/>-]+");

  private final Session session;
  private final ModelSignature signature;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();

  /** New names of placeholders, by the old ones. */
  private final Map<String, String> renamed = new HashMap<>();

  private FrozenNodes(Session session, ModelSignature signature) {
    this.session = session;
    this.signature = signature;
  }

  /** See {@link FrozenGraph#write}. */
  static GraphDef of(Session session, ModelSignature signature) {
    return new FrozenNodes(session, signature).freeze(MAX_BYTES);
  }

  /** As the other one, for a test of the limit. */
  static GraphDef of(Session session, ModelSignature signature, long maxBytes) {
    return new FrozenNodes(session, signature).freeze(maxBytes);
  }

  private GraphDef freeze(long maxBytes) {
    if (signature.outputs().isEmpty()) {
      throw new IllegalArgumentException(
          "frozen graph: outputs of the signature must be at least one, got none");
    }
    var definition =
        InferenceGraph.of(
            session.graph().toGraphDef(),
            signature.inputs().values(),
            signature.outputs().values(),
            false);
    definition.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    signature.inputs().forEach(this::renameInput);
    var variables =
        nodes.values().stream().filter(VariablesCheck::isVariable).map(NodeDef::getName).toList();
    requireReadOnly(Set.copyOf(variables));
    requireRoom(variables, maxBytes);
    var graph = definition.toBuilder().clearNode();
    var values = values(variables);
    for (NodeDef node : nodes.values()) {
      var value = values.get(node.getName());
      graph.addNode(value == null ? rewired(node) : constant(node, value));
    }
    signature.outputs().forEach((name, output) -> graph.addNode(output(name, output)));
    requireDistinct(graph);
    return graph.build();
  }

  private void renameInput(String name, Operand<?> input) {
    requireName(name);
    String old = input.op().name();
    if (renamed.put(old, FrozenGraph.INPUTS + name) != null) {
      throw new IllegalArgumentException(
          "frozen graph: inputs must be different operands, got " + old + " twice");
    }
  }

  private void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "frozen graph: names must be letters, digits and ._/-, got '" + name + "'");
    }
  }

  private void requireDistinct(GraphDef.Builder graph) {
    var names = new HashSet<String>();
    for (NodeDef node : graph.getNodeList()) {
      if (!names.add(node.getName())) {
        throw new IllegalArgumentException(
            "frozen graph: no op of the graph must have the name of an input or output, got "
                + node.getName());
      }
    }
  }

  private void requireReadOnly(Set<String> variables) {
    for (NodeDef node : nodes.values()) {
      var op = OpRegistry.ops().get(node.getOp());
      boolean writes = op != null && op.getInputArgList().stream().anyMatch(OpDef.ArgDef::getIsRef);
      for (String input : node.getInputList()) {
        if (writes && variables.contains(GraphStructure.producer(input))) {
          throw new IllegalArgumentException(
              "frozen graph: outputs must not change variables, got "
                  + node.getOp()
                  + " "
                  + node.getName()
                  + ". Freeze the outputs of inference only.");
        }
      }
    }
  }

  private void requireRoom(List<String> variables, long maxBytes) {
    long sum = 0;
    String largest = "";
    long most = -1;
    for (String name : variables) {
      var reference = session.graph().operationOrThrow(name).output(0);
      long elements = Math.max(0, reference.shape().size());
      long bytes =
          elements * Math.max(1, ElementTypes.bytes(FunctionLibrary.plain(reference.dataType())));
      sum += bytes;
      if (bytes > most) {
        most = bytes;
        largest = name;
      }
    }
    if (sum > maxBytes) {
      throw new IllegalArgumentException(
          "frozen graph: variables must have at most "
              + maxBytes
              + " bytes together, which is what one protocol buffer can hold, got "
              + sum
              + ", "
              + largest
              + " alone "
              + most
              + ". Write a SavedModel with ModelExporter.");
    }
  }

  private Map<String, TensorProto> values(List<String> names) {
    var protos = new HashMap<String, TensorProto>();
    if (names.isEmpty()) {
      return protos;
    }
    var runner = session.runner();
    names.forEach(runner::fetch);
    try (var values = runner.run()) {
      for (int i = 0; i < names.size(); i++) {
        protos.put(names.get(i), proto(values.get(i)));
      }
    }
    return protos;
  }

  private static TensorProto proto(Tensor tensor) {
    var proto =
        TensorProto.newBuilder()
            .setDtype(tensor.dataType())
            .setTensorShape(ShapeProtos.proto(tensor.shape()));
    if (tensor instanceof TString strings) {
      strings
          .asBytes()
          .scalars()
          .forEach(s -> proto.addStringVal(ByteString.copyFrom(s.getObject())));
    } else {
      var data = tensor.asRawTensor().data();
      byte[] bytes = new byte[Math.toIntExact(data.size())];
      data.read(bytes);
      proto.setTensorContent(ByteString.copyFrom(bytes));
    }
    return proto.build();
  }

  private static NodeDef constant(NodeDef variable, TensorProto value) {
    return NodeDef.newBuilder()
        .setName(variable.getName())
        .setDevice(variable.getDevice())
        .setOp("Const")
        .putAttr("dtype", AttrValue.newBuilder().setType(value.getDtype()).build())
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build())
        .build();
  }

  private NodeDef rewired(NodeDef node) {
    var copy = node.toBuilder().clearInput();
    copy.setName(renamed.getOrDefault(node.getName(), node.getName()));
    node.getInputList().forEach(input -> copy.addInput(rewired(input)));
    return copy.build();
  }

  private String rewired(String input) {
    String producer = GraphStructure.producer(input);
    var name = renamed.get(producer);
    if (name == null) {
      return input;
    }
    return input.startsWith("^") ? "^" + name : name + input.substring(producer.length());
  }

  private NodeDef output(String name, Operand<?> operand) {
    requireName(name);
    var output = operand.asOutput();
    var type = FunctionLibrary.plain(output.dataType());
    return NodeDef.newBuilder()
        .setName(FrozenGraph.OUTPUTS + name)
        .setOp("Identity")
        .addInput(rewired(output.op().name() + (output.index() == 0 ? "" : ":" + output.index())))
        .putAttr("T", AttrValue.newBuilder().setType(type).build())
        .putAttr(SHAPE, AttrValue.newBuilder().setShape(ShapeProtos.proto(output.shape())).build())
        .build();
  }
}
