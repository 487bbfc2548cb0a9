package io.github.tfrnn.ops;

import java.util.List;

/**
 * The gradient of a loop: another loop, run the other way, and how to wire it to the first one.
 *
 * @param loop the backward loop
 * @param carry for each of the first carry parts of the backward loop, the forward carry part whose
 *     gradient it is
 * @param accumulated for each carry part after those, the forward capture whose gradient it sums
 * @param captures forward captures that the backward loop reads
 * @param inputs where each list that the backward loop reads comes from
 * @param inputGradients for each forward input, the output of the backward loop with its gradient,
 *     or -1
 * @param terms for each forward capture, what is added to its gradient after the loop
 */
record LoopGradientPlan(
    LoopLayout loop,
    List<Integer> carry,
    List<Integer> accumulated,
    List<CaptureUse> captures,
    List<ListRef> inputs,
    List<Integer> inputGradients,
    List<List<Term>> terms) {

  LoopGradientPlan {
    carry = List.copyOf(carry);
    accumulated = List.copyOf(accumulated);
    captures = List.copyOf(captures);
    inputs = List.copyOf(inputs);
    inputGradients = List.copyOf(inputGradients);
    terms = terms.stream().map(List::copyOf).toList();
  }

  /** Whose list a {@link ListRef} names. */
  enum Source {
    /** An input of the forward loop. */
    INPUT,
    /** An output of the forward loop, intermediates included. */
    OUTPUT,
    /** The gradient of an output of the forward loop. */
    OUTPUT_GRADIENT,
    /** An output of the backward loop. */
    COLLECTED
  }

  /** One list of per-step values. */
  record ListRef(Source source, int index) {}

  /** A forward capture as it is, or transposed once before the backward loop. */
  record CaptureUse(int index, boolean transposed) {}

  /** What a {@link Term} does with whole sequences. */
  enum Kind {
    /** {@code a^T b}, the rows of all steps below one another. */
    MATMUL,
    /** The sum of {@code a} over {@code axes}. */
    SUM
  }

  /** A part of the gradient of a captured value that is formed by one op after the loop. */
  record Term(Kind kind, ListRef a, ListRef b, List<Integer> axes) {
    static Term matMul(ListRef a, ListRef b) {
      return new Term(Kind.MATMUL, a, b, List.of());
    }

    static Term sum(ListRef a, List<Integer> axes) {
      return new Term(Kind.SUM, a, a, List.copyOf(axes));
    }
  }
}
