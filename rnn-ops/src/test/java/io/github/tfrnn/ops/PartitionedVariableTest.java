package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.Adam;
import io.github.tfrnn.train.GradientDescent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.regularizers.L2;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Variables that are kept in parts: their names, sizes, values, sharing and messages. */
class PartitionedVariableTest {
  private static final String DEFINED = " Originally defined at: ";

  private final TestGraph test = new TestGraph();
  private final VariableScope root = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  private VariableScope inParts(int parts) {
    return root.scope("scope0").withPartitioner(Partitioner.fixedSize(parts));
  }

  private static Operand<TFloat64> name0(VariableScope scope) {
    return scope.variable("name0", Shape.of(3, 1, 1), TFloat64.class);
  }

  private List<String> parts() {
    return root.variables().stream().map(v -> v.name() + Shapes.text(v.shape())).toList();
  }

  /** testResultNameMatchesRequested of TensorFlow 1.15. */
  @Test
  void thePartsAreVariablesAndTheWholeIsTheirConcatenation() {
    var whole = name0(inParts(2));
    assertEquals(List.of("scope0/name0/part_0[2, 1, 1]", "scope0/name0/part_1[1, 1, 1]"), parts());
    assertEquals("scope0/name0", whole.op().name());
    assertEquals("[3, 1, 1]", Shapes.text(whole.shape()));
    var second = root.variables().get(1);
    assertEquals(
        Optional.of(new Partition("scope0/name0", Shape.of(3, 1, 1), 0, 2)), second.partition());
  }

  @ParameterizedTest(name = "{0} in {1} along {2}")
  @MethodSource("sizes")
  void theFirstPartsTakeWhatDoesNotDivide(Shape shape, int count, int axis, List<Long> sizes) {
    var scope = root.withPartitioner(Partitioner.fixedSize(count, axis));
    var values = new double[(int) shape.size()];
    Arrays.setAll(values, i -> i);
    var w = scope.variable("w", shape, TFloat64.class, Initializers.values(values));
    assertEquals(sizes, root.variables().stream().map(part -> part.shape().get(axis)).toList());
    assertArrayEquals(values, test.value(w));
    assertEquals(shape, test.shapeOf(w));
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        // testPartitionConcatenatesAlongCorrectAxis.
        Arguments.of(Shape.of(2, 2, 2), 2, 0, List.of(1L, 1L)),
        Arguments.of(Shape.of(2, 2, 2), 2, 1, List.of(1L, 1L)),
        Arguments.of(Shape.of(8), 3, 0, List.of(3L, 3L, 2L)),
        Arguments.of(Shape.of(2, 7), 3, 1, List.of(3L, 2L, 2L)),
        Arguments.of(Shape.of(4, 2), 4, 0, List.of(1L, 1L, 1L, 1L)),
        Arguments.of(Shape.of(4, 2), 1, 0, List.of(4L)),
        Arguments.of(Shape.of(2, 4, 3), 2, 1, List.of(2L, 2L)));
  }

  @Test
  void cuttingDoesNotChangeTheFirstValues() {
    double[] whole;
    try (var other = new TestGraph()) {
      whole = other.value(other.scope().variable("w", Shape.of(5, 4), TFloat64.class));
    }
    var scope = root.withPartitioner(Partitioner.fixedSize(3));
    assertArrayEquals(whole, test.value(scope.variable("w", Shape.of(5, 4), TFloat64.class)));
  }

  /** testScalarIgnoresPartitioner of TensorFlow 1.15. */
  @Test
  void scalarsAreNotCut() {
    inParts(2).variable("v", Shape.scalar(), TFloat64.class);
    assertEquals(List.of("scope0/v[]"), parts());
  }

  @Test
  void oneVariableMayBringItsOwnPartitionerOrStayWhole() {
    var scope = inParts(2);
    scope.variable("whole", Shape.of(4), TFloat32.class, VariableOptions::withoutPartitioner);
    scope.variable(
        "own", Shape.of(4), TFloat32.class, o -> o.withPartitioner(Partitioner.fixedSize(3)));
    scope.scope("inner").variable("w", Shape.of(4), TFloat32.class);
    assertEquals(
        List.of(
            "scope0/whole[4]",
            "scope0/own/part_0[2]",
            "scope0/own/part_1[1]",
            "scope0/own/part_2[1]",
            "scope0/inner/w/part_0[2]",
            "scope0/inner/w/part_1[2]"),
        parts());
  }

  @ParameterizedTest
  @EnumSource(
      value = Reuse.class,
      names = {"ALWAYS", "AUTO"})
  void reuseHandsOutTheSameWhole(Reuse reuse) {
    var made = name0(inParts(2));
    var found = name0(inParts(2).withReuse(reuse));
    assertEquals(made.asOutput(), found.asOutput());
    assertEquals(2, root.variables().size());
  }

  /** testAllowsReuseWithoutPartitioner of TensorFlow 1.15. */
  @Test
  void underReuseThePartitionerMayBeLeftOut() {
    var made = name0(inParts(2));
    var reuse = root.scope("scope0").withReuse(Reuse.ALWAYS);
    assertEquals(made.asOutput(), name0(reuse).asOutput());
    var open = reuse.variable("name0", Shape.of(-1, 1, 1), TFloat64.class);
    assertEquals(made.asOutput(), open.asOutput());
    var none = reuse.variable("name0", Shape.unknown(), TFloat64.class);
    assertEquals(made.asOutput(), none.asOutput());
  }

  @Test
  void thePartsLearn() {
    var scope = root.withPartitioner(Partitioner.fixedSize(2));
    var w = scope.variable("w", Shape.of(3), TFloat64.class, Initializers.values(1, 2, 3));
    var loss = test.tf().nn.l2Loss(w);
    var train = GradientDescent.of(0.5).minimize(root, loss, root.trainableVariables());
    test.run(train);
    assertArrayEquals(new double[] {0.5, 1, 1.5}, test.value(w), 1e-12);
    assertEquals(2, train.variables().size());
  }

  @Test
  void slotsAreNamedAfterTheParts() {
    var w =
        root.withPartitioner(Partitioner.fixedSize(2))
            .variable("w", Shape.of(2), TFloat64.class, Initializers.values(1, 2));
    Adam.of(0.5).minimize(root, test.tf().nn.l2Loss(w), root.trainableVariables());
    assertTrue(parts().contains("w/part_1/Adam[1]"), parts().toString());
    assertTrue(parts().contains("w/part_1/Adam_1[1]"), parts().toString());
  }

  /** What {@code slot_creator} of TensorFlow 1.15 tells the Saver. */
  @Test
  void aSlotOfAPartIsThatPartOfTheSlotOfTheWhole() {
    var w =
        root.withPartitioner(Partitioner.fixedSize(2)).variable("w", Shape.of(3), TFloat64.class);
    Adam.of(0.5).minimize(root, test.tf().nn.l2Loss(w), root.trainableVariables());
    try (var reloaded = new Graph()) {
      reloaded.importGraphDef(test.graph().toGraphDef());
      for (var graph : List.of(test.graph(), reloaded)) {
        var slot =
            VariableScope.of(graph).variables().stream()
                .filter(it -> it.name().equals("w/part_1/Adam_1"))
                .findFirst()
                .orElseThrow();
        assertEquals(Optional.of(new Partition("w/Adam_1", Shape.of(3), 0, 2)), slot.partition());
      }
    }
  }

  @Test
  void everyPartHasItsLoss() {
    inParts(2)
        .withRegularizer(new L2(1))
        .variable("w", Shape.of(3), TFloat64.class, Initializers.values(1, 2, 3));
    assertEquals(
        List.of("scope0/w/part_0/Regularizer/loss", "scope0/w/part_1/Regularizer/loss"),
        root.regularizationLosses().stream().map(loss -> loss.op().name()).toList());
    assertArrayEquals(
        new double[] {14}, test.value(root.regularizationLoss(TFloat64.class)), 1e-12);
  }

  @Test
  void insideALoopBodyTheWholeIsCaptured() {
    try (var scratch = new Graph()) {
      var body = new BodyEnvironment(scratch, root.tf());
      var value = name0(inParts(2).withOps(Ops.create(body)));
      assertEquals("Placeholder", value.op().type());
      assertEquals(1, body.captures().size());
    }
  }

  @Test
  void aCopyOfTheGraphKnowsTheParts() {
    var scope = root.withPartitioner(Partitioner.fixedSize(2, 1));
    scope.variable("w", Shape.of(1, 3), TFloat64.class, Initializers.values(1, 2, 3));
    try (var copy = new Graph()) {
      copy.importGraphDef(test.graph().toGraphDef());
      var reuse = VariableScope.of(copy).withReuse(Reuse.ALWAYS);
      var w = reuse.variable("w", Shape.of(1, 3), TFloat64.class);
      assertEquals("w", w.op().name());
      assertEquals(
          Optional.of(new Partition("w", Shape.of(1, 3), 1, 2)),
          reuse.variables().get(1).partition());
      var other = reuse.withPartitioner(Partitioner.fixedSize(3, 1));
      var refusal = Refusals.argument(() -> other.variable("w", Shape.of(1, 3), TFloat64.class));
      assertEquals(
          "Trying to reuse partitioned variable w, but specified partitions [1, 3] and found"
              + " partitions [1, 2]."
              + DEFINED
              + "a loaded graph",
          refusal);
      try (var session = new Session(copy);
          var values = session.runner().fetch(w).run()) {
        assertArrayEquals(new double[] {1, 2, 3}, TestGraph.elements(values.get(0)));
      }
    }
  }

  /** What a graph of TensorFlow 1 holds: parts that do not say so. */
  @ParameterizedTest
  @EnumSource(
      value = Reuse.class,
      names = {"ALWAYS", "AUTO"})
  void partsOfAnotherProgramAreAdopted(Reuse reuse) {
    root.variable("w/part_0", Shape.of(2), TFloat64.class, Initializers.values(1, 2));
    root.variable("w/part_1", Shape.of(1), TFloat64.class, Initializers.values(3));
    var scope = root.withReuse(reuse).withPartitioner(Partitioner.fixedSize(2));
    var w = scope.variable("w", Shape.of(3), TFloat64.class);
    assertArrayEquals(new double[] {1, 2, 3}, test.value(w));
    var three = scope.withPartitioner(Partitioner.fixedSize(3));
    assertEquals(
        "Partitioner returned a different partitioning than what was already found. Partitioner"
            + " returned 3 shards, and shard w/part_0 was found, but w/part_2 was not.",
        Refusals.argument(() -> three.variable("w", Shape.of(3), TFloat64.class)));
    var one = scope.withPartitioner(Partitioner.fixedSize(1));
    assertEquals(
        "Partitioner returned a different partitioning than what was already found. Partitioner"
            + " returned 1 shards, and shard w/part_0 was found, but so was the extra shard"
            + " w/part_1.",
        Refusals.argument(() -> one.variable("w", Shape.of(3), TFloat64.class)));
    var refusal = Refusals.argument(() -> scope.variable("w", Shape.of(5), TFloat64.class));
    assertTrue(
        refusal.startsWith(
            "Trying to share variable w/part_0, but specified shape [3] and found shape [2]."),
        refusal);
  }

  @Test
  void aSecondVariableOfTheNameIsRefused() {
    name0(inParts(2));
    assertEquals(
        "Partitioned variable with name scope0/name0 already exists. Did you mean Reuse.ALWAYS or"
            + " Reuse.AUTO, a scope of another name, or the same cell object?",
        Refusals.state(() -> name0(inParts(2))));
  }

  @Test
  void anUnknownVariableIsRefusedUnderReuse() {
    assertEquals(
        "PartitionedVariable scope0/name0 does not exist. Did you mean Reuse.AUTO, or a scope of"
            + " another name? The graph holds no variable.",
        Refusals.state(() -> name0(inParts(2).withReuse(Reuse.ALWAYS))));
  }

  @Test
  void whatDoesNotFitIsRefusedUnderReuse() {
    name0(inParts(2));
    String defined = DEFINED + VariableStore.of(test.graph()).origin("scope0/name0/part_0");
    var reuse = inParts(2).withReuse(Reuse.ALWAYS);
    assertEquals(
        "Trying to reuse partitioned variable scope0/name0, but specified shape [4, 1, 1] and found"
            + " shape [3, 1, 1]."
            + defined,
        Refusals.argument(() -> reuse.variable("name0", Shape.of(4, 1, 1), TFloat64.class)));
    assertEquals(
        "Trying to reuse partitioned variable scope0/name0, but specified dtype TFloat32 and found"
            + " dtype TFloat64."
            + defined,
        Refusals.argument(() -> reuse.variable("name0", Shape.of(3, 1, 1), TFloat32.class)));
  }

  /** testBreaksIfPartitioningChanges of TensorFlow 1.15. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anotherPartitioningIsRefusedUnderReuse(int count) {
    name0(inParts(2));
    assertEquals(
        "Trying to reuse partitioned variable scope0/name0, but specified partitions ["
            + count
            + ", 1, 1] and found partitions [2, 1, 1]."
            + DEFINED
            + VariableStore.of(test.graph()).origin("scope0/name0/part_0"),
        Refusals.argument(() -> name0(inParts(count).withReuse(Reuse.ALWAYS))));
  }

  @Test
  void wholeAndCutVariablesAreNotMixedUp() {
    name0(inParts(2));
    assertEquals(
        "No partitioner was provided, but a partitioned version of the variable was found:"
            + " scope0/name0/part_0. Perhaps a variable of the same name was already created with"
            + " partitioning?",
        Refusals.argument(() -> name0(root.scope("scope0").withReuse(Reuse.AUTO))));
    name0(root.scope("plain"));
    assertEquals(
        "A partitioner was provided, but an unpartitioned version of the variable was found:"
            + " plain/name0. Perhaps a variable of the same name was already created without"
            + " partitioning?",
        Refusals.argument(
            () ->
                name0(
                    root.scope("plain")
                        .withReuse(Reuse.AUTO)
                        .withPartitioner(Partitioner.fixedSize(2)))));
  }

  @Test
  void aNameThatAnOpHasIsRefused() {
    root.tf().withName("w").constant(1f);
    var scope = root.withPartitioner(Partitioner.fixedSize(2));
    assertEquals(
        "w: name must not be that of another op, got the name of a Const",
        Refusals.argument(() -> scope.variable("w", Shape.of(2), TFloat32.class)));
    assertEquals(List.of(), parts());
  }

  static Stream<Arguments> badCuts() {
    return Stream.of(
        Arguments.of(
            List.of(2),
            "Partitioner returned a partition list that does not match the Variable's rank: [2] vs."
                + " [4, 6]"),
        Arguments.of(List.of(0, 1), "Partitioner returned zero partitions for some axes: [0, 1]"),
        Arguments.of(
            List.of(2, 3),
            "Can only slice a variable along one dimension: shape: [4, 6], partitioning: [2, 3]"),
        Arguments.of(
            List.of(5, 1),
            "Partitioner returned more partitions than elements: [5, 1] vs. [4, 6]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badCuts")
  void aPartitionerThatAnswersNonsenseIsRefused(List<Integer> answer, String message) {
    var scope = root.withPartitioner((shape, type) -> answer);
    assertEquals(
        "w: " + message,
        Refusals.argument(() -> scope.variable("w", Shape.of(4, 6), TFloat32.class)));
  }

  @Test
  void aShapeThatIsNotKnownIsRefused() {
    var scope = inParts(2);
    assertEquals(
        "scope0/w: Shape of a new partitioned variable must be fully defined, but instead was [?]",
        Refusals.argument(() -> scope.variable("w", Shape.of(-1), TFloat32.class)));
  }
}
