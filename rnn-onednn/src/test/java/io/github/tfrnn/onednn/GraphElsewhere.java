package io.github.tfrnn.onednn;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Rnn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Builds a layer on whatever engine is there, and writes its graph or reads another one. */
final class GraphElsewhere {
  private GraphElsewhere() {}

  public static void main(String[] arguments) throws IOException {
    try (var graph = new Graph()) {
      var scope = VariableScope.of(graph);
      var x = scope.tf().zeros(scope.tf().constant(new int[] {2, 3, 4}), TFloat32.class);
      var cell = BasicLstmCell.builder(TFloat32.class, 5).build();
      System.out.println("engine: " + Rnn.dynamicRnn(scope, cell, x).engine());
      if (arguments[0].equals("write")) {
        Files.write(Path.of(arguments[1]), graph.toGraphDef().toByteArray());
      }
      if (arguments[0].equals("read")) {
        read(Path.of(arguments[1]));
      }
    }
  }

  private static void read(Path file) throws IOException {
    try (var graph = new Graph()) {
      graph.importGraphDef(GraphDef.parseFrom(Files.readAllBytes(file)));
      System.out.println("read, " + Shape.scalar());
    } catch (RuntimeException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
