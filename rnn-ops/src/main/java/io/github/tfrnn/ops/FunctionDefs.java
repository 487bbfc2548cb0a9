package io.github.tfrnn.ops;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.VersionDef;

/**
 * Makes a function definition of graph nodes.
 *
 * <p>TensorFlow-Java's {@code ConcreteFunction} cannot take tensor lists, so the definition is
 * written out and brought into a graph by importing a library.
 */
final class FunctionDefs {
  /** What TensorFlow 2.18 writes into its own graphs. */
  private static final VersionDef VERSION = VersionDef.newBuilder().setProducer(1994).build();

  private final Map<String, DataType> arguments;
  private final Map<String, NodeDef> nodes;
  private final Map<TensorRef, TensorRef> bound;

  private FunctionDefs(
      Map<String, DataType> arguments,
      Map<String, NodeDef> nodes,
      Map<TensorRef, TensorRef> bound) {
    this.arguments = arguments;
    this.nodes = nodes;
    this.bound = bound;
  }

  /**
   * Builds a function.
   *
   * @param prefix start of its name; the rest is a hash of the content, so that equal functions
   *     share one name in every graph
   * @param arguments argument names and types, in order
   * @param nodes all nodes that the results may need; the others are left out
   * @param bound tensors that stand for something else: an argument or another node's tensor
   * @param results what the function returns, with its types
   */
  static FunctionDef build(
      String prefix,
      Map<String, DataType> arguments,
      Map<String, NodeDef> nodes,
      Map<TensorRef, TensorRef> bound,
      List<TensorRef> results,
      List<DataType> types) {
    return new FunctionDefs(arguments, nodes, bound).build(prefix, results, types);
  }

  /**
   * Builds a function of a graph.
   *
   * @param prefix as above
   * @param inputs what its arguments stand for, in order
   * @param outputs what it returns
   */
  static FunctionDef build(
      String prefix, GraphDef graph, List<Output<?>> inputs, List<Output<?>> outputs) {
    var nodes = new LinkedHashMap<String, NodeDef>();
    graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    var arguments = new LinkedHashMap<String, DataType>();
    var bound = new HashMap<TensorRef, TensorRef>();
    for (var input : inputs) {
      String argument = "argument" + arguments.size();
      arguments.put(argument, input.dataType());
      bound.put(TensorRef.of(input), TensorRef.first(argument));
    }
    return build(
        prefix,
        arguments,
        nodes,
        bound,
        outputs.stream().map(TensorRef::of).toList(),
        FunctionCalls.types(outputs));
  }

  private FunctionDef build(String prefix, List<TensorRef> results, List<DataType> types) {
    var signature = OpDef.newBuilder().setName(prefix);
    arguments.forEach(
        (name, type) ->
            signature.addInputArg(OpDef.ArgDef.newBuilder().setName(name).setType(type)));
    var function = FunctionDef.newBuilder();
    var needed = needed(results);
    boolean stateful = false;
    for (NodeDef node : nodes.values()) {
      if (needed.contains(node.getName())) {
        stateful |= OpDefs.stateful(node);
        function.addNodeDef(rewired(node, needed));
      }
    }
    for (int i = 0; i < results.size(); i++) {
      signature.addOutputArg(OpDef.ArgDef.newBuilder().setName("r" + i).setType(types.get(i)));
      function.putRet("r" + i, name(results.get(i)));
    }
    function.setSignature(signature.setIsStateful(stateful));
    return function.setSignature(signature.setName(prefix + "_" + hash(function.build()))).build();
  }

  /** The nodes that the results depend on. */
  private Set<String> needed(List<TensorRef> results) {
    var needed = new HashSet<String>();
    Deque<String> todo = new ArrayDeque<>();
    results.forEach(result -> push(todo, result));
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (!needed.add(name)) {
        continue;
      }
      var node = nodes.get(name);
      if (node == null || node.getOp().equals("Placeholder")) {
        throw new IllegalStateException(
            "loop body: "
                + name
                + " must not be a placeholder of its own. Feed a placeholder of the graph around"
                + " the loop.");
      }
      for (String input : node.getInputList()) {
        if (!NodeDefs.isControl(input)) {
          push(todo, TensorRef.parse(input));
        } else if (isOrder(input)) {
          todo.push(input.substring(1));
        }
      }
    }
    return needed;
  }

  // An order after a node outside, or after an argument, is kept by the loop itself.
  private boolean isOrder(String control) {
    var node = nodes.get(control.substring(1));
    return node != null && !node.getOp().equals("Placeholder");
  }

  private NodeDef rewired(NodeDef node, Set<String> needed) {
    var copy = node.toBuilder().clearInput();
    for (String input : node.getInputList()) {
      if (!NodeDefs.isControl(input)) {
        copy.addInput(name(TensorRef.parse(input)));
      } else if (needed.contains(input.substring(1))) {
        copy.addInput(input);
      }
    }
    return copy.build();
  }

  private void push(Deque<String> todo, TensorRef ref) {
    var target = bound.getOrDefault(ref, ref);
    if (!arguments.containsKey(target.node())) {
      todo.push(target.node());
    }
  }

  /** The name of a tensor inside a function: an argument, or {@code node:output:index}. */
  private String name(TensorRef ref) {
    var target = bound.getOrDefault(ref, ref);
    if (arguments.containsKey(target.node())) {
      return target.node();
    }
    var node = nodes.get(target.node());
    if (node == null) {
      throw new IllegalStateException("loop body: no node " + target);
    }
    int index = target.index();
    for (OpDef.ArgDef argument : OpDefs.of(node).getOutputArgList()) {
      int count = OpDefs.count(node, argument);
      if (index < count) {
        return target.node() + ":" + argument.getName() + ":" + index;
      }
      index -= count;
    }
    throw new IllegalStateException("loop body: no output " + target);
  }

  private static String hash(FunctionDef function) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      function.writeTo(out);
      out.flush();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Brings functions into a graph; those that it has already are left alone. */
  static void attach(Graph graph, Collection<FunctionDef> functions) {
    graph.importGraphDef(
        GraphDef.newBuilder().setVersions(VERSION).setLibrary(library(functions)).build());
  }

  /** A graph definition that begins with these functions. */
  static GraphDef.Builder graphWith(Collection<FunctionDef> functions) {
    return GraphDef.newBuilder().setVersions(VERSION).setLibrary(library(functions));
  }

  private static FunctionDefLibrary library(Collection<FunctionDef> functions) {
    var library = FunctionDefLibrary.newBuilder();
    var seen = new LinkedHashSet<String>();
    for (FunctionDef function : functions) {
      if (seen.add(function.getSignature().getName())) {
        library.addFunction(function);
      }
    }
    return library.build();
  }
}
