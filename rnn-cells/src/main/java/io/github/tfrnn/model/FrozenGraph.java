package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A model in one file: a {@code GraphDef} whose variables have become constants, for inference
 * without a checkpoint beside it.
 *
 * <p>Its inputs are the placeholders {@code inputs/<name>} and its outputs the nodes {@code
 * outputs/<name>}, by the names of the signature, so that the file alone says how it is called.
 * Python reads it with {@code tf.import_graph_def}.
 */
public final class FrozenGraph {
  static final String INPUTS = "inputs/";
  static final String OUTPUTS = "outputs/";

  /** The name of the one signature of a graph that was read. */
  public static final String SIGNATURE = "serving_default";

  private FrozenGraph() {}

  /**
   * Writes what a signature needs. Nothing is added to the graph of the session, and the file
   * appears whole or not at all.
   *
   * @param session holds the variables
   * @param signature the names in it must be names of ops: letters, digits and {@code ._/-}
   * @param file made by this call, or replaced; its parent is made if need be
   * @throws IllegalArgumentException if the outputs need a placeholder that is not an input, if
   *     they change variables, if a name is none of an op, or if variables and graph together
   *     exceed the 2 GB of a protocol buffer
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Session session, ModelSignature signature, Path file) {
    var graph = FrozenNodes.of(session, signature);
    var target = file.toAbsolutePath();
    try {
      Files.createDirectories(requireNonNull(target.getParent()));
      DurableFiles.replace(target, graph.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("frozen graph: cannot write " + file, e);
    }
  }

  /**
   * Reads a graph that {@link #write} wrote, as a model with the signature {@link #SIGNATURE}.
   *
   * @throws IllegalArgumentException if it is no graph, is damaged, holds variables, or has no
   *     nodes {@code inputs/...} and {@code outputs/...}
   * @throws UncheckedIOException if it cannot be read
   */
  public static RnnModel load(Path file) {
    return load(file, UnaryOperator.identity());
  }

  /**
   * As {@link #load(Path)}, with options.
   *
   * @param change of the options; the tag means nothing here
   */
  public static RnnModel load(Path file, UnaryOperator<LoadOptions> change) {
    return open(file, change, Map.of(), Map.of());
  }

  /**
   * Reads a frozen graph of any making.
   *
   * @param inputs tensors such as {@code x:0}, by the names that callers shall use
   * @param outputs as {@code inputs}
   * @throws IllegalArgumentException if it is no graph, is damaged, holds variables, or a tensor is
   *     not in it
   * @throws UncheckedIOException if it cannot be read
   */
  public static RnnModel load(Path file, Map<String, String> inputs, Map<String, String> outputs) {
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException(file + ": outputs must be at least one, got none");
    }
    return open(file, UnaryOperator.identity(), inputs, outputs);
  }

  private static RnnModel open(
      Path path,
      UnaryOperator<LoadOptions> change,
      Map<String, String> inputs,
      Map<String, String> outputs) {
    var file = new ModelFile(path);
    var definition = SavedModelFile.parse(file, GraphDef.parser(), "");
    var structure = GraphStructure.of(file, definition);
    for (NodeDef node : definition.getNodeList()) {
      if (VariablesCheck.isVariable(node) || node.getOp().equals("VarHandleOp")) {
        throw file.refuse("graph", "hold no variables", node.getName());
      }
    }
    var in = new TreeMap<>(inputs);
    var out = new TreeMap<>(outputs);
    if (outputs.isEmpty()) {
      for (String name : structure.nodes().keySet()) {
        if (name.startsWith(INPUTS)) {
          in.put(name.substring(INPUTS.length()), name + ":0");
        } else if (name.startsWith(OUTPUTS)) {
          out.put(name.substring(OUTPUTS.length()), name + ":0");
        }
      }
      if (out.isEmpty()) {
        throw file.refuse(
            "graph",
            "have nodes " + INPUTS + "... and " + OUTPUTS + "...",
            "none. Name the tensors in load(file, inputs, outputs).");
      }
    }
    var tensors =
        new SavedModelFile.SignatureTensors(
            specs(file, structure, in),
            specs(file, structure, out),
            Collections.unmodifiableMap(in),
            Collections.unmodifiableMap(out));
    return RnnModel.open(
        file,
        path,
        definition,
        change.apply(LoadOptions.DEFAULTS),
        model -> model.add(SIGNATURE, tensors));
  }

  private static Map<String, TensorSpec> specs(
      ModelFile file, GraphStructure structure, Map<String, String> tensors) {
    var specs = new LinkedHashMap<String, TensorSpec>();
    tensors.forEach(
        (name, tensor) -> {
          DataType type = structure.type(tensor);
          var node = structure.nodes().get(GraphStructure.producer(tensor));
          if (type == null || node == null) {
            throw file.refuse(name, "be a tensor of the graph", SavedModelFile.quoted(tensor));
          }
          specs.put(name, new TensorSpec(name, type, shape(node)));
        });
    return Collections.unmodifiableMap(specs);
  }

  // Only placeholders say in the file what shape they have.
  private static Shape shape(NodeDef node) {
    var attribute = node.getAttrMap().get(FrozenNodes.SHAPE);
    if (attribute == null && node.getOp().equals("Placeholder")) {
      attribute = node.getAttrMap().get("shape");
    }
    return attribute == null ? Shape.unknown() : ShapeProtos.shape(attribute.getShape());
  }
}
