package io.github.tfrnn.model;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Changes one thing in a graph that stays a well-formed protocol buffer: what flipped bytes seldom
 * do, and a hostile file does.
 */
final class StructureDamage {
  private static final long[] NUMBERS = {
    -2, -1, 0, 1, 2, 3, 7, 255, 1 << 20, Integer.MAX_VALUE, 1L << 33, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private StructureDamage() {}

  /** Changes a node of the graph or of one of its functions. */
  static void of(MetaGraphDef.Builder meta, Random random) {
    var graph = meta.getGraphDefBuilder();
    var library = graph.getLibraryBuilder();
    int functions = library.getFunctionCount();
    if (functions > 0 && random.nextInt(3) > 0) {
      var function = library.getFunctionBuilder(random.nextInt(functions));
      if (random.nextInt(8) == 0) {
        signature(function.getSignatureBuilder(), random);
        return;
      }
      var nodes = function.getNodeDefBuilderList();
      node(nodes.get(random.nextInt(nodes.size())), nodes, random);
    } else {
      var nodes = graph.getNodeBuilderList();
      node(nodes.get(random.nextInt(nodes.size())), nodes, random);
    }
  }

  private static void signature(org.tensorflow.proto.OpDef.Builder op, Random random) {
    boolean in = random.nextBoolean();
    int count = in ? op.getInputArgCount() : op.getOutputArgCount();
    int at = random.nextInt(count);
    switch (random.nextInt(3)) {
      case 0 -> {
        if (in) {
          op.removeInputArg(at);
        } else {
          op.removeOutputArg(at);
        }
      }
      case 1 -> {
        var argument = in ? op.getInputArgBuilder(at) : op.getOutputArgBuilder(at);
        argument.setType(type(random));
      }
      default -> {
        var argument = in ? op.getInputArgBuilder(at) : op.getOutputArgBuilder(at);
        argument.setNumberAttr("N");
      }
    }
  }

  private static void node(NodeDef.Builder node, List<NodeDef.Builder> all, Random random) {
    var other = all.get(random.nextInt(all.size()));
    switch (random.nextInt(9)) {
      case 0 -> node.setOp(other.getOp());
      case 1 -> {
        if (node.getInputCount() > 0 && other.getInputCount() > 0) {
          node.setInput(
              random.nextInt(node.getInputCount()),
              other.getInput(random.nextInt(other.getInputCount())));
        }
      }
      case 2 -> {
        if (node.getInputCount() > 0) {
          node.setInput(random.nextInt(node.getInputCount()), other.getName());
        }
      }
      case 3 -> node.addInput("^" + other.getName());
      case 4 -> {
        if (node.getInputCount() > 1) {
          var inputs = List.copyOf(node.getInputList());
          int cut = random.nextInt(inputs.size());
          node.clearInput().addAllInput(inputs.subList(0, cut));
        }
      }
      default -> attribute(node, other, random);
    }
  }

  private static void attribute(NodeDef.Builder node, NodeDef.Builder other, Random random) {
    var names = node.getAttrMap().keySet().stream().sorted().toList();
    if (names.isEmpty()) {
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    var value = node.getAttrOrThrow(name).toBuilder();
    switch (random.nextInt(8)) {
      case 0 -> node.removeAttr(name);
      case 1 -> node.putAttr(name, other.getAttrOrDefault(name, AttrValue.getDefaultInstance()));
      default -> {
        switch (value.getValueCase()) {
          case I -> value.setI(number(random));
          case B -> value.setB(!value.getB());
          case F -> value.setF(Float.intBitsToFloat(random.nextInt()));
          case S -> value.setS(ByteString.copyFromUtf8("x".repeat(random.nextInt(5))));
          case TYPE -> value.setType(type(random));
          case SHAPE -> shape(value.getShapeBuilder(), random);
          case TENSOR -> {
            var tensor = value.getTensorBuilder();
            switch (random.nextInt(4)) {
              case 0 -> shape(tensor.getTensorShapeBuilder(), random);
              case 1 -> tensor.setDtype(type(random));
              case 2 -> tensor.clearTensorContent().addIntVal((int) number(random));
              default -> {
                byte[] content = tensor.getTensorContent().toByteArray();
                if (tensor.getDtype() == DataType.DT_INT32 && content.length >= Integer.BYTES) {
                  ByteBuffer.wrap(content)
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .asIntBuffer()
                      .put(random.nextInt(content.length / Integer.BYTES), (int) number(random));
                } else if (content.length > 0) {
                  content[random.nextInt(content.length)] = (byte) random.nextInt();
                }
                tensor.setTensorContent(ByteString.copyFrom(content));
              }
            }
          }
          case FUNC -> value.getFuncBuilder().setName(random.nextBoolean() ? "" : other.getOp());
          case LIST -> {
            var list = value.getListBuilder();
            if (list.getTypeCount() > 0) {
              if (random.nextBoolean()) {
                list.setType(random.nextInt(list.getTypeCount()), type(random));
              } else {
                list.addType(type(random));
              }
            } else {
              list.addI(number(random));
            }
          }
          default -> value.setI(number(random));
        }
        node.putAttr(name, value.build());
      }
    }
  }

  private static void shape(TensorShapeProto.Builder shape, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(number(random)));
      case 1 -> shape.setUnknownRank(!shape.getUnknownRank());
      case 2 -> shape.clearDim();
      default -> {
        if (shape.getDimCount() > 0) {
          shape.getDimBuilder(random.nextInt(shape.getDimCount())).setSize(number(random));
        }
      }
    }
  }

  private static DataType type(Random random) {
    DataType type = DataType.values()[random.nextInt(DataType.values().length)];
    return type == DataType.UNRECOGNIZED ? DataType.DT_INVALID : type;
  }

  private static long number(Random random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
