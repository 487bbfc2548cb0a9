package io.github.tfrnn.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** The functions of a graph: that each is whole, that calls fit, and that none calls itself. */
final class FunctionLibrary {
  private final ModelFile file;
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();

  private FunctionLibrary(ModelFile file) {
    this.file = file;
  }

  /**
   * Looks at every function.
   *
   * @throws IllegalArgumentException if one is broken
   */
  static FunctionLibrary of(ModelFile file, FunctionDefLibrary definitions) {
    var library = new FunctionLibrary(file);
    for (FunctionDef function : definitions.getFunctionList()) {
      String name = function.getSignature().getName();
      if (OpRegistry.ops().containsKey(name) || library.functions.put(name, function) != null) {
        throw file.refuse("function names", "differ from each other and from ops", name);
      }
    }
    library.functions.values().forEach(library::require);
    library.requireNoRecursion();
    definitions
        .getGradientList()
        .forEach(
            gradient -> {
              library.function("gradient", gradient.getFunctionName());
              library.function("gradient", gradient.getGradientFunc());
            });
    return library;
  }

  /**
   * What a node's op takes and gives: a registered op, or a function.
   *
   * @throws IllegalArgumentException if there is none
   */
  OpDef op(NodeDef node) {
    var op = OpRegistry.ops().get(node.getOp());
    if (op != null) {
      return op;
    }
    var function = functions.get(node.getOp());
    if (function == null) {
      throw file.refuse(
          "op of node " + node.getName(),
          "be known to this runtime or a function of the file",
          node.getOp());
    }
    return function.getSignature();
  }

  private FunctionDef function(String caller, String name) {
    var function = functions.get(name);
    if (function == null) {
      throw file.refuse(
          caller, "name a function of the file", name.isEmpty() ? "no name" : "'" + name + "'");
    }
    return function;
  }

  /** Refuses calls of functions that are not there or take something else. */
  void requireCalls(NodeDef node) {
    for (NameAttrList called : calls(node)) {
      function("node " + node.getName(), called.getName());
    }
    switch (node.getOp()) {
      case "While", "StatelessWhile" -> {
        var types = types(node, "T");
        requireFits(node, "cond", types, null);
        requireFits(node, "body", types, types);
      }
      case "If", "StatelessIf" -> {
        requireFits(node, "then_branch", types(node, "Tin"), types(node, "Tout"));
        requireFits(node, "else_branch", types(node, "Tin"), types(node, "Tout"));
      }
      case "PartitionedCall", "StatefulPartitionedCall" ->
          requireFits(node, "f", types(node, "Tin"), types(node, "Tout"));
      default -> {}
    }
  }

  private static List<DataType> types(NodeDef node, String attribute) {
    return node.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getList().getTypeList();
  }

  private void requireFits(
      NodeDef node, String attribute, List<DataType> in, @Nullable List<DataType> out) {
    var name = node.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getFunc().getName();
    var signature = function("node " + node.getName(), name).getSignature();
    if (signature.getInputArgList().stream().anyMatch(arg -> known(arg.getType()) == null)
        || signature.getOutputArgList().stream().anyMatch(arg -> known(arg.getType()) == null)) {
      return; // written for any type, told by attributes of the call
    }
    var takes = signature.getInputArgList().stream().map(OpDef.ArgDef::getType).toList();
    var gives = signature.getOutputArgList().stream().map(OpDef.ArgDef::getType).toList();
    if (!takes.equals(in)) {
      throw file.refuse("function " + name + " of node " + node.getName(), "take " + in, takes);
    }
    if (out == null ? gives.size() != 1 : !gives.equals(out)) {
      throw file.refuse(
          "function " + name + " of node " + node.getName(),
          "give " + (out == null ? "one tensor" : out),
          gives);
    }
  }

  private static List<NameAttrList> calls(NodeDef node) {
    var calls = new ArrayList<NameAttrList>();
    for (AttrValue value : node.getAttrMap().values()) {
      if (value.hasFunc()) {
        calls.add(value.getFunc());
      }
      calls.addAll(value.getList().getFuncList());
    }
    return calls;
  }

  private void require(FunctionDef function) {
    String name = "function " + function.getSignature().getName();
    requireSignature(name, function.getSignature());
    var tensors = new HashMap<String, @Nullable DataType>();
    for (var argument : function.getSignature().getInputArgList()) {
      tensors.put(argument.getName(), known(argument.getType()));
    }
    var nodes = new LinkedHashMap<String, NodeDef>();
    for (NodeDef node : function.getNodeDefList()) {
      if (tensors.containsKey(node.getName()) || nodes.put(node.getName(), node) != null) {
        throw file.refuse(name, "have nodes of different names", node.getName() + " twice");
      }
      var op = op(node);
      NodeCheck.requireAttributes(file, node, op);
      requireCalls(node);
      for (var argument : NodeCheck.outputs(file, node, op)) {
        for (int i = 0; i < argument.types().size(); i++) {
          tensors.put(
              node.getName() + ":" + argument.name() + ":" + i, known(argument.types().get(i)));
        }
      }
    }
    for (NodeDef node : nodes.values()) {
      requireInputs(name, node, tensors, nodes);
    }
    for (var result : function.getSignature().getOutputArgList()) {
      String source = function.getRetOrDefault(result.getName(), "");
      if (!tensors.containsKey(source)) {
        throw file.refuse(
            "result " + result.getName() + " of " + name,
            "be a tensor of its body",
            quoted(source));
      }
      requireSame(name, source, result.getType(), tensors.get(source));
    }
    GraphStructure.requireNoCycle(file, name, nodes, FunctionLibrary::producer);
  }

  private void requireSignature(String name, OpDef signature) {
    var attributes = new HashSet<String>();
    signature.getAttrList().forEach(attribute -> attributes.add(attribute.getName()));
    var all = new ArrayList<>(signature.getInputArgList());
    all.addAll(signature.getOutputArgList());
    for (var argument : all) {
      if (known(argument.getType()) == null
          && argument.getTypeAttr().isEmpty()
          && argument.getTypeListAttr().isEmpty()) {
        throw file.refuse(
            "argument " + argument.getName() + " of " + name, "have a type", argument.getType());
      }
      for (String attribute :
          List.of(argument.getNumberAttr(), argument.getTypeAttr(), argument.getTypeListAttr())) {
        if (!attribute.isEmpty() && !attributes.contains(attribute)) {
          throw file.refuse(
              "argument " + argument.getName() + " of " + name,
              "be told by attributes of the function",
              quoted(attribute));
        }
      }
    }
  }

  /** The node that a tensor or control input inside a function comes from; an argument has none. */
  static String producer(String input) {
    String plain = input.startsWith("^") ? input.substring(1) : input;
    int colon = plain.indexOf(':');
    return colon < 0 ? plain : plain.substring(0, colon);
  }

  private void requireInputs(
      String name,
      NodeDef node,
      Map<String, @Nullable DataType> tensors,
      Map<String, NodeDef> nodes) {
    var arguments = NodeCheck.inputs(file, node, op(node));
    var types = NodeCheck.types(arguments);
    int data = 0;
    for (String input : node.getInputList()) {
      if (input.startsWith("^")) {
        if (!nodes.containsKey(producer(input)) && !tensors.containsKey(producer(input))) {
          throw file.refuse(
              "node " + node.getName() + " of " + name, "wait for nodes of it", quoted(input));
        }
        continue;
      }
      // TensorFlow reads "node:argument" as its first tensor.
      String full = tensors.containsKey(input) ? input : input + ":0";
      if (!tensors.containsKey(full)) {
        throw file.refuse(
            "input of node " + node.getName() + " of " + name, "be a tensor of it", quoted(input));
      }
      if (data < types.size()) {
        requireSame(name + ", node " + node.getName(), input, types.get(data), tensors.get(full));
      }
      data++;
    }
    if (data != types.size()) {
      throw file.refuse(
          "node " + node.getName() + " of " + name, "have " + types.size() + " inputs", data);
    }
    OpRules.require(file, node, arguments, input -> nodes.get(producer(input)));
  }

  private void requireSame(
      String where, String tensor, DataType wanted, @Nullable DataType actual) {
    if (known(wanted) != null && actual != null && plain(wanted) != plain(actual)) {
      throw file.refuse(where + ", tensor " + tensor, "be " + wanted, actual);
    }
  }

  /** A type; null where a function is written for any. */
  private static @Nullable DataType known(DataType type) {
    return type == DataType.DT_INVALID || type == DataType.UNRECOGNIZED ? null : type;
  }

  /** The type that a reference refers to. */
  static DataType plain(DataType type) {
    int number = type == DataType.UNRECOGNIZED ? 0 : type.getNumber();
    return number > 100 ? DataType.forNumber(number - 100) : type;
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  private void requireNoRecursion() {
    var done = new HashSet<String>();
    for (String start : functions.keySet()) {
      var path = new LinkedHashSet<String>();
      Deque<String> todo = new ArrayDeque<>();
      todo.push(start);
      while (!todo.isEmpty()) {
        String name = todo.peek();
        if (done.contains(name)) {
          todo.pop();
        } else if (path.contains(name)) {
          todo.pop();
          path.remove(name);
          done.add(name);
        } else {
          path.add(name);
          for (String called : called(name)) {
            if (path.contains(called)) {
              throw file.refuse("function " + called, "not call itself", "a call by " + name);
            }
            if (!done.contains(called)) {
              todo.push(called);
            }
          }
        }
      }
    }
  }

  private Set<String> called(String name) {
    var called = new LinkedHashSet<String>();
    for (NodeDef node : function("call", name).getNodeDefList()) {
      if (functions.containsKey(node.getOp())) {
        called.add(node.getOp());
      }
      calls(node).forEach(call -> called.add(call.getName()));
    }
    return called;
  }
}
