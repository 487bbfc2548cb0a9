package io.github.tfrnn.examples.blog;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/** Prints the note: a line of Python, what it is in Java, and the tensors that come out. */
final class Page {
  private static final int SHOWN = 6;

  private final PrintWriter out;
  private int chapter;

  Page(PrintWriter out) {
    this.out = out;
  }

  void chapter(String title) {
    out.printf("%n%d. %s%n%s%n", ++chapter, title, "-".repeat(title.length() + 3));
  }

  /** The TensorFlow 1 form of what comes next, and its form here. */
  void lines(String python, String java) {
    out.printf("  TF 1   %s%n", python);
    out.printf("  Java   %s%n", java);
  }

  void say(String sentence) {
    out.printf("         %s%n", sentence);
  }

  /** A tensor with its shape and its first values. */
  void show(String name, Tensor tensor) {
    var values = DoubleStream.builder();
    ((TFloat32) tensor).scalars().forEach(scalar -> values.add(scalar.getFloat()));
    var all = values.build().toArray();
    String shape =
        LongStream.of(tensor.shape().asArray())
            .mapToObj(Long::toString)
            .collect(Collectors.joining(", ", "[", "]"));
    String first =
        DoubleStream.of(all)
            .limit(SHOWN)
            .mapToObj(value -> String.format(Locale.ROOT, "%7.4f", value))
            .collect(Collectors.joining(" "));
    out.printf("         %-12s %-12s %s%s%n", name, shape, first, all.length > SHOWN ? " ..." : "");
  }
}
