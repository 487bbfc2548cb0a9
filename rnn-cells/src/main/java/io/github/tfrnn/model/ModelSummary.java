package io.github.tfrnn.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorInfo;

/**
 * What a SavedModel or a frozen graph holds, read from the file alone: nothing is loaded, and a
 * model that this machine cannot run is summed up too.
 *
 * @param tags of the graph, such as {@code serve}; none for a frozen graph
 * @param signatures by name
 * @param nodes number of ops of the graph, functions not counted
 * @param functions number of functions: bodies of loops, compiled pieces
 * @param unknownOps types of ops, in graph or functions, that this TensorFlow does not have
 * @param opsWithoutKernel types of ops that it has and no device of this machine can run
 */
public record ModelSummary(
    List<String> tags,
    Map<String, Signature> signatures,
    int nodes,
    int functions,
    List<String> unknownOps,
    List<String> opsWithoutKernel) {

  /**
   * A signature: its tensors in the order of their names.
   *
   * @param inputs what is fed
   * @param outputs what is fetched
   */
  public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {}

  /**
   * Sums up every graph of a SavedModel, or a frozen graph.
   *
   * @param path the directory of a SavedModel, or the file of a graph
   * @return one for each graph in the file
   * @throws IllegalArgumentException if it is neither, or damaged
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static List<ModelSummary> read(Path path) {
    if (!Files.isDirectory(path)) {
      var graph = SavedModelFile.parse(new ModelFile(path), GraphDef.parser(), "");
      return List.of(of(List.of(), Map.of(), graph));
    }
    var file = new ModelFile(path.resolve("saved_model.pb"));
    var model =
        SavedModelFile.parse(file, SavedModel.parser(), ". A SavedModel has it in its directory.");
    return model.getMetaGraphsList().stream().map(ModelSummary::of).toList();
  }

  private static ModelSummary of(MetaGraphDef meta) {
    var signatures = new TreeMap<String, Signature>();
    meta.getSignatureDefMap()
        .forEach(
            (name, signature) ->
                signatures.put(
                    name,
                    new Signature(
                        specs(signature.getInputsMap()), specs(signature.getOutputsMap()))));
    return of(
        List.copyOf(meta.getMetaInfoDef().getTagsList()),
        Collections.unmodifiableMap(signatures),
        meta.getGraphDef());
  }

  private static ModelSummary of(
      List<String> tags, Map<String, Signature> signatures, GraphDef graph) {
    var nodes = new ArrayList<NodeDef>(graph.getNodeList());
    var functions = new TreeSet<String>();
    for (var function : graph.getLibrary().getFunctionList()) {
      functions.add(function.getSignature().getName());
      nodes.addAll(function.getNodeDefList());
    }
    var types = new TreeSet<String>();
    nodes.forEach(node -> types.add(node.getOp()));
    types.removeAll(functions);
    var known = OpRegistry.ops().keySet();
    return new ModelSummary(
        tags,
        signatures,
        graph.getNodeCount(),
        functions.size(),
        types.stream().filter(type -> !known.contains(type)).toList(),
        types.stream()
            .filter(known::contains)
            .filter(type -> !OpRegistry.hasKernel(type))
            .toList());
  }

  private static List<TensorSpec> specs(Map<String, TensorInfo> tensors) {
    var specs = new ArrayList<TensorSpec>();
    new TreeMap<>(tensors)
        .forEach(
            (name, info) ->
                specs.add(new TensorSpec(name, info.getDtype(), SavedModelFile.shape(info))));
    return List.copyOf(specs);
  }
}
