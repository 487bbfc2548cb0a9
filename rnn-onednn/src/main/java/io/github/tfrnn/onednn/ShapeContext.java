package io.github.tfrnn.onednn;

import static io.github.tfrnn.onednn.KernelApi.TF_DeleteDimensionHandle;
import static io.github.tfrnn.onednn.KernelApi.TF_DeleteShapeHandle;
import static io.github.tfrnn.onednn.KernelApi.TF_DimensionHandleValueKnown;
import static io.github.tfrnn.onednn.KernelApi.TF_GetCode;
import static io.github.tfrnn.onednn.KernelApi.TF_NewDimensionHandle;
import static io.github.tfrnn.onednn.KernelApi.TF_NewShapeHandle;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextConcatenateShapes;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextDim;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextGetInput;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextScalar;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextSetOutput;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextSetUnknownShape;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextSubshape;
import static io.github.tfrnn.onednn.KernelApi.TF_ShapeInferenceContextWithRank;

import java.util.function.LongConsumer;

/**
 * The shapes of the inputs and outputs of one op. An error stays in {@code status}, where the
 * runtime finds it, and what follows it does nothing.
 */
record ShapeContext(long context, long status) {

  /** Says nothing about any output, which holds for those that are not set afterwards. */
  void allUnknown() {
    TF_ShapeInferenceContextSetUnknownShape(context, status);
  }

  /** Hands the shape of an input to {@code use}; any rank if {@code rank} is negative. */
  void input(int index, int rank, LongConsumer use) {
    shape(
        shape -> {
          TF_ShapeInferenceContextGetInput(context, index, shape, status);
          if (ok() && rank >= 0) {
            TF_ShapeInferenceContextWithRank(context, shape, rank, shape, status);
          }
          if (ok()) {
            use.accept(shape);
          }
        });
  }

  /** Hands the dimensions {@code from} to {@code to} of a shape to {@code use}. */
  void part(long whole, int from, int to, LongConsumer use) {
    shape(
        part -> {
          TF_ShapeInferenceContextSubshape(context, whole, from, to, part, status);
          if (ok()) {
            use.accept(part);
          }
        });
  }

  /** Hands one shape after the other to {@code use}. */
  void joined(long first, long second, LongConsumer use) {
    shape(
        joined -> {
          TF_ShapeInferenceContextConcatenateShapes(context, first, second, joined, status);
          if (ok()) {
            use.accept(joined);
          }
        });
  }

  /** Whether a dimension is known. */
  boolean isKnown(long shape, int index) {
    long dimension = TF_NewDimensionHandle();
    try {
      TF_ShapeInferenceContextDim(context, shape, index, dimension);
      return TF_DimensionHandleValueKnown(dimension) != 0;
    } finally {
      TF_DeleteDimensionHandle(dimension);
    }
  }

  /** Sets the shape of an output. */
  void output(int index, long shape) {
    TF_ShapeInferenceContextSetOutput(context, index, shape, status);
  }

  /** Makes an output a scalar. */
  void scalar(int index) {
    long scalar = TF_ShapeInferenceContextScalar(context);
    try {
      output(index, scalar);
    } finally {
      TF_DeleteShapeHandle(scalar);
    }
  }

  private boolean ok() {
    return TF_GetCode(status) == 0;
  }

  private static void shape(LongConsumer use) {
    long shape = TF_NewShapeHandle();
    try {
      use.accept(shape);
    } finally {
      TF_DeleteShapeHandle(shape);
    }
  }
}
