package io.github.tfrnn.ops;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Nodes and attributes written directly, for function bodies that no graph holds. */
final class NodeDefs {
  private NodeDefs() {}

  static NodeDef node(
      String op, String name, List<TensorRef> inputs, Map<String, AttrValue> attrs) {
    return NodeDef.newBuilder()
        .setOp(op)
        .setName(name)
        .addAllInput(inputs.stream().map(TensorRef::toString).toList())
        .putAllAttr(attrs)
        .build();
  }

  /** Whether an input of a node is an order only, not a value. */
  static boolean isControl(String input) {
    return input.startsWith("^");
  }

  static NodeDef scalar(String name, int value) {
    return ints(name, TensorShapeProto.getDefaultInstance(), value);
  }

  static NodeDef vector(String name, long... values) {
    var size = TensorShapeProto.Dim.newBuilder().setSize(values.length);
    return ints(name, TensorShapeProto.newBuilder().addDim(size).build(), values);
  }

  private static NodeDef ints(String name, TensorShapeProto shape, long... values) {
    var tensor = TensorProto.newBuilder().setDtype(DataType.DT_INT32).setTensorShape(shape);
    Arrays.stream(values).forEach(value -> tensor.addIntVal((int) value));
    return node(
        "Const",
        name,
        List.of(),
        Map.of(
            "dtype",
            type(DataType.DT_INT32),
            "value",
            AttrValue.newBuilder().setTensor(tensor).build()));
  }

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  static AttrValue bool(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  static AttrValue number(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  static AttrValue text(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  static AttrValue function(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }

  static AttrValue types(Collection<DataType> types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(types))
        .build();
  }

  static AttrValue shape(ValueSpec spec) {
    var shape = TensorShapeProto.newBuilder();
    if (spec.dims() == null) {
      shape.setUnknownRank(true);
    } else {
      for (long size : spec.dims()) {
        shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(Math.max(size, -1)));
      }
    }
    return AttrValue.newBuilder().setShape(shape).build();
  }
}
