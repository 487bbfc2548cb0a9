package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.github.tfrnn.testing.Refusals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** What is wrong with a model is told by one error that names the file and the thing. */
class SavedModelRefusalsTest {
  @TempDir private static Path whole;
  @TempDir private Path folder;

  @BeforeAll
  static void export() {
    try (var model = new SequenceModel()) {
      ModelExporter.of(model.session())
          .signature(model.signature())
          .asset("vocabulary.txt", new byte[] {'a'})
          .export(whole.resolve("model"));
    }
  }

  @BeforeEach
  void copy() throws IOException {
    try (var files = Files.walk(whole.resolve("model"))) {
      for (Path source : files.filter(Files::isRegularFile).toList()) {
        var target = folder.resolve(whole.resolve("model").relativize(source));
        Files.createDirectories(target.getParent());
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void edit(Consumer<MetaGraphDef.Builder> change) throws IOException {
    var file = folder.resolve("saved_model.pb");
    var saved = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    change.accept(saved.getMetaGraphsBuilder(0));
    Files.write(file, saved.build().toByteArray());
  }

  private static NodeDef.Builder node(MetaGraphDef.Builder meta, String name) {
    return meta.getGraphDefBuilder().getNodeBuilderList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static NodeDef.Builder first(MetaGraphDef.Builder meta, String op) {
    return meta.getGraphDefBuilder().getNodeBuilderList().stream()
        .filter(node -> node.getOp().equals(op))
        .findFirst()
        .orElseThrow();
  }

  private static FunctionDef.Builder body(MetaGraphDef.Builder meta) {
    return meta.getGraphDefBuilder().getLibraryBuilder().getFunctionBuilderList().stream()
        .filter(function -> function.getNodeDefCount() > 5)
        .findFirst()
        .orElseThrow();
  }

  private static void change(NodeDef.Builder constant, Consumer<TensorProto.Builder> change) {
    var value = constant.getAttrOrThrow("value").toBuilder();
    change.accept(value.getTensorBuilder());
    constant.putAttr("value", value.build());
  }

  private static AttrValue number(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  private static Arguments rule(String message, Consumer<MetaGraphDef.Builder> change) {
    return Arguments.of(message, change);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        rule(
            "op of node x must be known to this runtime or a function of the file, got Plaice",
            meta -> node(meta, "x").setOp("Plaice")),
        rule(
            "op of node x must have a kernel on this machine, got TPUReplicatedInput",
            meta ->
                node(meta, "x")
                    .setOp("TPUReplicatedInput")
                    .putAttr("N", number(1))
                    .putAttr("T", AttrValue.newBuilder().setType(DataType.DT_FLOAT).build())),
        rule(
            "node names must differ, got x twice",
            meta -> meta.getGraphDefBuilder().addNode(node(meta, "x").build())),
        rule(
            "node names must be letters, digits and ._\\/>-, got 'x y'",
            meta -> node(meta, "x").setName("x y")),
        rule(
            "node x must have the attribute dtype, got none",
            meta -> node(meta, "x").removeAttr("dtype")),
        rule(
            "attribute dtype of node x must be a type, got I",
            meta -> node(meta, "x").putAttr("dtype", number(1))),
        rule(
            "node rnn/lstm_cell/kernel/read must wait for nodes of the graph, got '^nobody'",
            meta -> node(meta, "rnn/lstm_cell/kernel/read").addInput("^nobody")),
        rule(
            "input 0 of node rnn/lstm_cell/kernel/read must be a tensor of the graph, got 'x:7'",
            meta -> node(meta, "rnn/lstm_cell/kernel/read").setInput(0, "x:7")),
        rule(
            "node rnn/lstm_cell/kernel/read must have 1 inputs, got 2",
            meta -> node(meta, "rnn/lstm_cell/kernel/read").addInput("x")),
        rule(
            "graph must have no cycle outside a loop, got one among",
            meta -> node(meta, "x").addInput("^serving_default_output_0")),
        rule(
            "shape of attribute value of node",
            meta ->
                change(
                    first(meta, "Const"),
                    tensor -> tensor.getTensorShapeBuilder().addDimBuilder().setSize(-3))),
        rule(
            "to 32768, got 2147483647",
            meta -> first(meta, "Pack").putAttr("N", number(Integer.MAX_VALUE))),
        rule(
            "shape of node rnn/TensorListReserve",
            meta -> longShape(shapeOf(meta, "TensorListReserve"))),
        rule(
            "must have at most 253 dimensions, got 255",
            meta ->
                longShape(
                    body(meta).getNodeDefBuilderList().stream()
                        .filter(node -> node.getName().equals("loop/input_shape0"))
                        .findFirst()
                        .orElseThrow())),
        rule(
            "must name every axis once, got [1, 0, -1]",
            meta ->
                change(
                    node(meta, first(meta, "Transpose").getInput(1)),
                    tensor -> tensor.clearTensorContent().addAllIntVal(List.of(1, 0, -1)))),
        rule(
            "attribute batch_dims of node",
            meta -> first(meta, "GatherV2").putAttr("batch_dims", number(3))),
        rule(
            "must be at most 65536, got 2147483647",
            meta ->
                first(meta, "StatelessWhile")
                    .putAttr("parallel_iterations", number(Integer.MAX_VALUE))),
        rule(
            "must have a type, got DT_INVALID",
            meta -> body(meta).getSignatureBuilder().getOutputArgBuilder(0).clearType()),
        rule(
            "must be told by attributes of the function, got 'N'",
            meta -> body(meta).getSignatureBuilder().getOutputArgBuilder(0).setNumberAttr("N")),
        rule(
            "must name a function of the file, got 'nothing'",
            meta ->
                first(meta, "StatelessWhile")
                    .putAttr(
                        "body",
                        AttrValue.newBuilder()
                            .setFunc(NameAttrList.newBuilder().setName("nothing"))
                            .build())),
        rule(
            "must take [",
            meta ->
                first(meta, "StatelessWhile")
                    .putAttr(
                        "cond",
                        AttrValue.newBuilder()
                            .setFunc(NameAttrList.newBuilder().setName(other(meta)))
                            .build())),
        rule(
            "must not call itself, got a call by",
            meta -> {
              var body = body(meta);
              body.getNodeDefBuilder(0)
                  .putAttr(
                      "_again",
                      AttrValue.newBuilder()
                          .setFunc(NameAttrList.newBuilder().setName(body.getSignature().getName()))
                          .build());
            }),
        rule(
            "must be a tensor of it, got 'nobody:output:0'",
            meta ->
                body(meta).getNodeDefBuilderList().stream()
                    .filter(node -> node.getInputCount() > 0)
                    .findFirst()
                    .orElseThrow()
                    .setInput(0, "nobody:output:0")),
        rule(
            "x of signature serving_default must be a tensor of the graph, got 'y:0'",
            meta -> signature(meta, "y:0", DataType.DT_FLOAT)),
        rule(
            "x of signature serving_default must be DT_FLOAT as in the graph, got DT_INT32",
            meta -> signature(meta, "x:0", DataType.DT_INT32)),
        rule(
            "restore op of the saver must be a node of the graph, got 'other'",
            meta -> meta.getSaverDefBuilder().setRestoreOpName("other")),
        rule(
            "variable rnn/lstm_cell/kernel must be restored by the graph, got no restore op",
            MetaGraphDef.Builder::clearSaverDef),
        rule(
            "asset names must be relative names such as vocabulary.txt, got '../saved_model.pb'",
            meta -> meta.getAssetFileDefBuilder(0).setFilename("../saved_model.pb")),
        rule(
            "asset other.txt must be a file in assets/ of the model, got none",
            meta -> meta.getAssetFileDefBuilder(0).setFilename("other.txt")));
  }

  private static void longShape(NodeDef.Builder constant) {
    change(
        constant,
        tensor -> {
          tensor
              .clearTensorContent()
              .getTensorShapeBuilder()
              .clearDim()
              .addDimBuilder()
              .setSize(255);
        });
  }

  /** The constant at the end of the ops that hand it on. */
  private static NodeDef.Builder shapeOf(MetaGraphDef.Builder meta, String op) {
    return meta.getGraphDefBuilder().getNodeBuilderList().stream()
        .filter(node -> node.getOp().equals(op))
        .map(node -> node(meta, node.getInput(0)))
        .map(node -> node.getInputCount() == 0 ? node : node(meta, node.getInput(0)))
        .filter(node -> node.getOp().equals("Const"))
        .findFirst()
        .orElseThrow();
  }

  /** A function that a loop's condition is not: one of another number of arguments. */
  private static String other(MetaGraphDef.Builder meta) {
    var one = body(meta).build().toBuilder();
    one.getSignatureBuilder().setName("other").removeInputArg(0);
    var empty = one.clearNodeDef().clearRet();
    empty.getSignatureBuilder().clearOutputArg();
    meta.getGraphDefBuilder().getLibraryBuilder().addFunction(empty);
    return "other";
  }

  private static void signature(MetaGraphDef.Builder meta, String tensor, DataType type) {
    var signature = meta.getSignatureDefOrThrow("serving_default").toBuilder();
    var input = signature.getInputsOrThrow("x").toBuilder().setName(tensor).setDtype(type);
    meta.putSignatureDef("serving_default", signature.putInputs("x", input.build()).build());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void aGraphThatIsNoneIsRefused(String part, Consumer<MetaGraphDef.Builder> change)
      throws IOException {
    edit(change);
    var message = Refusals.argument(() -> RnnModel.load(folder));
    assertTrue(message.startsWith(folder.resolve("saved_model.pb") + ": "), message);
    assertTrue(message.contains(part), message);
  }

  @Test
  void aVariableOfAnotherShapeIsRefusedWithBothShapes() throws IOException {
    edit(
        meta -> {
          var shape = TensorShapeProto.newBuilder();
          List.of(7, 12).forEach(size -> shape.addDimBuilder().setSize(size));
          node(meta, "rnn/lstm_cell/kernel")
              .putAttr("shape", AttrValue.newBuilder().setShape(shape).build());
        });
    assertEquals(
        folder.resolve("variables/variables.index")
            + ": variable rnn/lstm_cell/kernel must be float[7, 12] as in the graph, got float[7,"
            + " 16]",
        Refusals.argument(() -> RnnModel.load(folder)));
  }

  @Test
  void filesThatAreMissingOrCutOffAreNamed() throws IOException {
    var data = folder.resolve("variables/variables.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[100] ^= 1;
    Files.write(data, bytes);
    assertNames(data);
    Files.delete(data);
    assertNames(data);
    var index = folder.resolve("variables/variables.index");
    Files.write(index, new byte[20]);
    assertNames(index);
    Files.delete(index);
    assertNames(index);
    var model = folder.resolve("saved_model.pb");
    Files.write(model, Arrays.copyOf(Files.readAllBytes(model), 1000));
    assertNames(model);
    Files.delete(model);
    assertEquals(
        model + ": file must exist, got none. A SavedModel has it in its directory.",
        Refusals.argument(() -> RnnModel.load(folder)));
    var nowhere = folder.resolve("nowhere");
    assertEquals(
        nowhere + ": model must be the directory of a SavedModel, got none",
        Refusals.argument(() -> RnnModel.load(nowhere)));
  }

  private void assertNames(Path file) {
    var message = Refusals.argument(() -> RnnModel.load(folder));
    assertTrue(message.startsWith(file + ": "), message);
  }

  @Test
  void aVariableThatTheFilesLackIsRefused() throws IOException {
    edit(
        meta -> {
          for (NodeDef.Builder node : meta.getGraphDefBuilder().getNodeBuilderList()) {
            if (node.getOp().equals("Const")
                && node.getAttrOrThrow("dtype").getType() == DataType.DT_STRING) {
              change(
                  node,
                  tensor ->
                      tensor.setTensorContent(
                          ByteString.copyFromUtf8(
                              tensor
                                  .getTensorContent()
                                  .toStringUtf8()
                                  .replace("lstm_cell/bias", "lstm_cell/BIAS"))));
            }
          }
        });
    assertEquals(
        folder.resolve("variables/variables.index")
            + ": variables must hold rnn/lstm_cell/BIAS, got dense/bias, dense/kernel,"
            + " rnn/lstm_cell/bias, rnn/lstm_cell/kernel",
        Refusals.argument(() -> RnnModel.load(folder)));
  }
}
