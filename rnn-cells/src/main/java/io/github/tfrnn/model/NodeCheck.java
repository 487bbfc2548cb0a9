package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpDef.ArgDef;
import org.tensorflow.proto.OpDef.AttrDef;

/**
 * One node against the definition of its op: attributes of the kinds it wants, and how many tensors
 * of which types go in and come out.
 */
final class NodeCheck {
  /** More inputs or outputs than any model has; native code would reserve room for each. */
  private static final long MAX_TENSORS = 1 << 15;

  private final ModelFile file;
  private final NodeDef node;
  private final OpDef op;
  private final String label;

  private NodeCheck(ModelFile file, NodeDef node, OpDef op) {
    this.file = file;
    this.node = node;
    this.op = op;
    this.label = "node " + node.getName();
  }

  /** An output or input argument of a node and the types of the tensors it stands for. */
  record Argument(String name, List<DataType> types) {}

  /** Whether a value may be missing because the function is written for any: only in a function. */
  private static boolean open(AttrValue value) {
    return !value.getPlaceholder().isEmpty();
  }

  /** Refuses attributes that the op has not, lacks, or of which it wants others. */
  static void requireAttributes(ModelFile file, NodeDef node, OpDef op) {
    new NodeCheck(file, node, op).requireAttributes();
  }

  /** The arguments that the op takes, in order, references and values alike. */
  static List<Argument> inputs(ModelFile file, NodeDef node, OpDef op) {
    return new NodeCheck(file, node, op).arguments(op.getInputArgList());
  }

  /** What comes out, in order. */
  static List<Argument> outputs(ModelFile file, NodeDef node, OpDef op) {
    return new NodeCheck(file, node, op).arguments(op.getOutputArgList());
  }

  /** All tensors of arguments, in order. */
  static List<DataType> types(List<Argument> arguments) {
    return arguments.stream().flatMap(argument -> argument.types().stream()).toList();
  }

  private void requireAttributes() {
    for (AttrDef wanted : op.getAttrList()) {
      var value = node.getAttrMap().get(wanted.getName());
      if (value != null) {
        require(wanted, value);
      } else if (!wanted.hasDefaultValue()) {
        throw file.refuse(label, "have the attribute " + wanted.getName(), "none");
      }
    }
    for (Map.Entry<String, AttrValue> entry : node.getAttrMap().entrySet()) {
      requireValue(entry.getKey(), entry.getValue());
    }
  }

  private void require(AttrDef wanted, AttrValue value) {
    if (open(value)) {
      return;
    }
    boolean fits =
        switch (wanted.getType()) {
          case "int" -> value.hasI();
          case "float" -> value.hasF();
          case "bool" -> value.hasB();
          case "string" -> value.hasS();
          case "type" -> value.hasType();
          case "shape" -> value.hasShape();
          case "tensor" -> value.hasTensor();
          case "func" -> value.hasFunc();
          // An empty list of a function is written as no value at all.
          default -> value.hasList() || value.getValueCase() == AttrValue.ValueCase.VALUE_NOT_SET;
        };
    if (!fits) {
      throw file.refuse(
          attribute(wanted.getName()), "be a " + wanted.getType(), value.getValueCase());
    }
    if (wanted.getHasMinimum()) {
      long number = wanted.getType().equals("int") ? value.getI() : size(value);
      if (number < wanted.getMinimum()) {
        throw file.refuse(
            attribute(wanted.getName()), "be at least " + wanted.getMinimum(), number);
      }
    }
    if (wanted.hasAllowedValues()
        && value.hasType()
        && !wanted.getAllowedValues().getList().getTypeList().contains(value.getType())) {
      throw file.refuse(
          attribute(wanted.getName()),
          "be a type that " + op.getName() + " takes",
          value.getType());
    }
    if (wanted.hasAllowedValues()
        && value.hasS()
        && !wanted.getAllowedValues().getList().getSList().contains(value.getS())) {
      throw file.refuse(
          attribute(wanted.getName()),
          "be a word that " + op.getName() + " takes",
          value.getS().toStringUtf8());
    }
  }

  private static int size(AttrValue value) {
    var list = value.getList();
    return list.getTypeCount()
        + list.getICount()
        + list.getFCount()
        + list.getBCount()
        + list.getSCount()
        + list.getShapeCount()
        + list.getTensorCount()
        + list.getFuncCount();
  }

  private void requireValue(String name, AttrValue value) {
    if (value.hasType()) {
      requireType(name, value.getType());
    }
    value.getList().getTypeList().forEach(type -> requireType(name, type));
    if (value.hasShape()) {
      ConstantCheck.requireShape(file, attribute(name), value.getShape());
    }
    value
        .getList()
        .getShapeList()
        .forEach(shape -> ConstantCheck.requireShape(file, attribute(name), shape));
    if (value.hasTensor()) {
      ConstantCheck.requireTensor(file, attribute(name), value.getTensor());
      if (node.getOp().equals("Const")
          && value.getTensor().getDtype() != node.getAttrOrDefault("dtype", value).getType()) {
        throw file.refuse(
            attribute(name),
            "be of the type of the node, " + node.getAttrOrDefault("dtype", value).getType(),
            value.getTensor().getDtype());
      }
    }
    value
        .getList()
        .getTensorList()
        .forEach(tensor -> ConstantCheck.requireTensor(file, attribute(name), tensor));
  }

  private void requireType(String name, DataType type) {
    if (type == DataType.UNRECOGNIZED || type == DataType.DT_INVALID) {
      throw file.refuse(attribute(name), "be a known type", type);
    }
  }

  private String attribute(String name) {
    return "attribute " + name + " of " + label;
  }

  private List<Argument> arguments(List<ArgDef> wanted) {
    var arguments = new ArrayList<Argument>();
    for (ArgDef argument : wanted) {
      arguments.add(new Argument(argument.getName(), types(argument)));
    }
    return arguments;
  }

  private List<DataType> types(ArgDef argument) {
    if (!argument.getTypeListAttr().isEmpty()) {
      return value(argument.getTypeListAttr()).getList().getTypeList();
    }
    var type =
        argument.getTypeAttr().isEmpty()
            ? argument.getType()
            : value(argument.getTypeAttr()).getType();
    if (argument.getNumberAttr().isEmpty()) {
      return List.of(type);
    }
    long count = value(argument.getNumberAttr()).getI();
    if (count < 0 || count > MAX_TENSORS) {
      throw file.refuse(attribute(argument.getNumberAttr()), "be from 0 to " + MAX_TENSORS, count);
    }
    return java.util.Collections.nCopies((int) count, type);
  }

  private AttrValue value(String name) {
    var value = node.getAttrMap().get(name);
    if (value != null) {
      return value;
    }
    return op.getAttrList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .map(AttrDef::getDefaultValue)
        .orElseThrow(() -> file.refuse(label, "have the attribute " + name, "none"));
  }
}
