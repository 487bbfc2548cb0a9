package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.conformance.Drivers.Mode;
import io.github.tfrnn.conformance.Fed.Size;
import io.github.tfrnn.conformance.Results.Used;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.Xla;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * One cell of the list in a graph where the sizes of batch and time are open, and all the ways of
 * running it that must come to the same.
 */
final class CellGraph<X, Y, S> implements AutoCloseable {
  private static final double SINGLE_AGAINST_DOUBLE = 1e-4;
  private static final double COMPILED = 1e-9;

  final TestGraph test = TestGraph.unoptimized();
  final Entry entry;
  final RnnCell<X, Y, S> cell;
  final Fed fed;

  /** The loop with lengths: what most others are compared with. */
  final Results looped;

  private final List<Fed> allFed = new ArrayList<>();
  private final VariableScope scope = scope("cell");
  private final List<Operand<?>> sources;
  private List<Operand<?>> values = List.of();

  private CellGraph(Entry entry, RnnCell<X, Y, S> cell) {
    this.entry = entry;
    this.cell = cell;
    this.fed = placeholders(cell);
    this.looped = Drivers.looped(scope, cell, fed, Mode.LENGTHS);
    this.sources = sources(fed, scope);
  }

  static CellGraph<?, ?, ?> of(Entry entry) {
    return of(entry, entry.make(entry.precision().type));
  }

  private static <X, Y, S> CellGraph<X, Y, S> of(Entry entry, RnnCell<X, Y, S> cell) {
    return new CellGraph<>(entry, cell);
  }

  private Class<? extends TFloating> type() {
    return entry.precision().type;
  }

  private Fed placeholders(RnnCell<?, ?, ?> cell) {
    var made = Fed.placeholders(test, entry, cell.stateSize().leaves());
    allFed.add(made);
    return made;
  }

  // A wrapper may keep its variables where it is used, not in a scope of its own.
  private VariableScope scope(String name) {
    return test.scope().scope(name).withReuse(Reuse.AUTO);
  }

  /** Inputs, parts of the initial state, and variables. */
  private static List<Operand<?>> sources(Fed fed, VariableScope scope) {
    var sources = new ArrayList<>(fed.sources());
    scope.variables().stream()
        .<Operand<?>>map(Variable::value)
        .filter(Results::isFloating)
        .forEach(sources::add);
    return sources;
  }

  /** The variables among the {@link #sources}, which come last there. */
  private static List<String> names(VariableScope scope) {
    return scope.variables().stream()
        .filter(variable -> Results.isFloating(variable.value()))
        .map(Variable::name)
        .toList();
  }

  List<Operand<?>> sources() {
    return sources;
  }

  /** The results of the loop with lengths, and their gradients. */
  private List<Operand<?>> values() {
    if (values.isEmpty()) {
      values = looped.withGradients(test, type(), sources, Used.ALL);
    }
    return values;
  }

  /** The gradient of the loop with lengths in each source. */
  List<Operand<?>> gradients() {
    return values().subList(looped.values().size(), values().size());
  }

  /** The variables of the cell. */
  List<Variable> variables() {
    return scope.variables();
  }

  /** The variables of the same cell in single precision. */
  List<Variable> narrowVariables() {
    return scope("narrow").variables();
  }

  void feed(Size size, boolean dirty) {
    allFed.forEach(each -> each.feed(test, entry, size, dirty));
  }

  private Comparison equal(List<Operand<?>> expected, List<Operand<?>> actual) {
    return equalAt(Size.USUAL, expected, actual);
  }

  private Comparison equalAt(Size size, List<Operand<?>> expected, List<Operand<?>> actual) {
    return new Comparison(size, expected, actual, List.of(), entry.precision().tolerance);
  }

  Comparison wholeRows() {
    return equal(
            Drivers.stepped(scope, cell, fed, Size.USUAL.time(), Mode.WHOLE_ROWS)
                .withGradients(test, type(), sources, Used.ALL),
            Drivers.looped(scope, cell, fed, Mode.WHOLE_ROWS)
                .withGradients(test, type(), sources, Used.ALL))
        .reaching(names(scope));
  }

  Comparison lengths() {
    return equal(
        Drivers.stepped(scope, cell, fed, Size.USUAL.time(), Mode.LENGTHS)
            .withGradients(test, type(), sources, Used.ALL, Used.STATE),
        looped.withGradients(test, type(), sources, Used.ALL, Used.STATE));
  }

  Comparison recompute() {
    return equal(
        values(),
        Drivers.looped(scope, cell, fed, Mode.RECOMPUTE_LENGTHS)
            .withGradients(test, type(), sources, Used.ALL));
  }

  Comparison otherSize() {
    return equalAt(
        Size.OTHER,
        Drivers.stepped(scope, cell, fed, Size.OTHER.time(), Mode.LENGTHS)
            .withGradients(test, type(), sources, Used.ALL),
        values());
  }

  Comparison bothTypes() {
    return bothTypes(entry.make(TFloat32.class));
  }

  private <A, B, C> Comparison bothTypes(RnnCell<A, B, C> narrow) {
    var narrowScope = scope("narrow");
    var narrowFed = fed.as(test.tf(), TFloat32.class);
    var results = Drivers.looped(narrowScope, narrow, narrowFed, Mode.LENGTHS);
    return new Comparison(
        Size.USUAL,
        values(),
        results.withGradients(test, TFloat32.class, sources(fed, narrowScope), Used.ALL),
        List.of(),
        SINGLE_AGAINST_DOUBLE);
  }

  /** The whole loop as one compiled piece; the sizes are known, as they must be. */
  Comparison compiled() {
    var tf = test.tf();
    var sized = fed.sized(tf, Size.OTHER);
    var plain = Drivers.looped(scope, cell, sized, Mode.WHOLE_ROWS);
    int outputs = plain.outputs().size();
    var parts =
        Xla.compile(
            tf,
            "compiled",
            Structure.list(plain.values().size()),
            ops -> Drivers.looped(scope.withOps(ops), cell, sized, Mode.WHOLE_ROWS).values());
    var compiled = new Results(parts.subList(0, outputs), parts.subList(outputs, parts.size()));
    return new Comparison(
        Size.OTHER,
        plain.withGradients(test, type(), sources, Used.ALL),
        compiled.withGradients(test, type(), sources, Used.ALL),
        List.of(),
        Math.max(COMPILED, entry.precision().tolerance));
  }

  Comparison oneTensorState() {
    return equal(
        values, oneTensorState(tensorCell()).withGradients(test, type(), sources, Used.ALL));
  }

  private TensorCell<?, ?> tensorCell() {
    if (cell instanceof TensorCell<?, ?> tensors) {
      return tensors;
    }
    throw new AssertionError("the cell is no TensorCell: leave this suite out and say why");
  }

  private <T extends TFloating, Z> Results oneTensorState(TensorCell<T, Z> tensors) {
    var tf = test.tf();
    var one = ConcatenatedState.of(tensors);
    var joined = one.join(tf, tensors.stateSize().pack(fed.initial()));
    var results =
        Drivers.looped(
            scope, one, new Fed(fed.inputs(), List.of(joined), fed.lengths()), Mode.LENGTHS);
    @SuppressWarnings("unchecked") // the state is one tensor of the cell's type
    var last = (Operand<T>) results.state().get(0);
    return new Results(results.outputs(), tensors.stateSize().flatten(one.split(tf, last)));
  }

  /** A stack of two layers against two loops, the second over the outputs of the first. */
  Comparison inStack() {
    return inStack(tensorCell());
  }

  private <T extends TFloating> Comparison inStack(TensorCell<T, ?> below) {
    var above = new ThroughCell<>(below.type(), below.outputSize().leaves().get(0).shape());
    var begin = meanOverTime(looped.outputs().get(0));
    var chained = looped(above, looped.outputs(), List.of(begin));
    var states = new ArrayList<>(looped.state());
    states.addAll(chained.state());

    var initial = new ArrayList<>(fed.initial());
    initial.add(begin);
    var stacked = looped(MultiRnnCell.of(List.of(below, above)), fed.inputs(), initial);
    return equal(
        new Results(chained.outputs(), states).withGradients(test, type(), sources, Used.ALL),
        stacked.withGradients(test, type(), sources, Used.ALL));
  }

  private Results looped(
      RnnCell<?, ?, ?> layer, List<Operand<?>> inputs, List<Operand<?>> initial) {
    return Drivers.looped(scope, layer, new Fed(inputs, initial, fed.lengths()), Mode.LENGTHS);
  }

  @SuppressWarnings("unchecked") // a tensor cell takes and gives numbers
  private Operand<?> meanOverTime(Operand<?> sequence) {
    return test.tf().math.mean((Operand<TNumber>) sequence, test.tf().constant(1));
  }

  /** A new cell in a wrapper, by both drivers; the sizes are known, as some wrappers need. */
  Comparison inWrapper(Wrapper wrapper) {
    return inWrapper(wrapper.around().apply(entry.make(type())), scope(wrapper.name()));
  }

  private <A, B, C> Comparison inWrapper(RnnCell<A, B, C> wrapped, VariableScope within) {
    var open = placeholders(wrapped);
    var sized = open.sized(test.tf(), Size.OTHER);
    var stepped = Drivers.stepped(within, wrapped, sized, Size.OTHER.time(), Mode.LENGTHS);
    var inLoop = Drivers.looped(within, wrapped, sized, Mode.LENGTHS);
    var all = sources(open, within);
    return equalAt(
            Size.OTHER,
            stepped.withGradients(test, type(), all, Used.ALL),
            inLoop.withGradients(test, type(), all, Used.ALL))
        .reaching(names(within));
  }

  @Override
  public void close() {
    test.close();
  }
}
