package io.github.tfrnn.rnn;

/**
 * What runs a cell over sequences in {@link Rnn#dynamicRnn} and {@link BidirectionalRnn}.
 * Variables, their names, their order and first values, and the numbers do not depend on it, so a
 * checkpoint of one engine goes on with another. The guide has a table of how fast they are.
 */
public enum Engine {
  /**
   * The first of {@link #CUDNN}, {@link #ONEDNN}, {@link #SLICED}, {@link #FUSED} and {@link #LOOP}
   * that can run the case and pays there; {@code result.engine()} says which and why. The others
   * are faster for some cases only and are chosen by name. {@code -Dio.github.tfrnn.engine=LOOP}
   * lets AUTO mean LOOP, or another engine where that one can run, for all graphs of a process.
   */
  AUTO,

  /** The ops of the cell in a loop of the graph, which runs every cell everywhere. */
  LOOP,

  /**
   * Loops side by side, one for each core, over slices of the batch; where {@link #FUSED} pays, it
   * takes the place of each loop. It runs cells whose {@link
   * io.github.tfrnn.cells.RnnCell#hasIndependentRows rows are independent}, on standard ops. The
   * graph has as many loops as the machine that builds it has cores, at most eight; a batch of
   * fewer than four rows for each of them runs in one.
   */
  SLICED,

  /**
   * A loop that takes eight steps in each turn, for cells so small that the loop itself is what
   * takes time. It runs cells whose rows are independent, on standard ops.
   */
  UNROLLED_STEPS,

  /**
   * The whole loop compiled by XLA, when it first runs. It needs a number of steps and a batch size
   * that are known while the graph is built, cells whose rows are independent, and gradients of
   * first order, which compute the values of the loop again.
   */
  XLA,

  /**
   * TensorFlow's ops with a whole step or layer in one kernel, {@code BlockLSTM} and {@code
   * GRUBlockCell}. It runs LSTM and GRU cells in single precision, LSTM in half precision too,
   * without peepholes, clips, projection and wrappers, alone or stacked, with gradients of first
   * order, but not inside a body of a loop or a compiled piece. An LSTM stores what its gradient
   * needs also where {@code recompute} is asked for. It pays in single precision for LSTM cells of
   * fewer than 256 units and GRU cells of fewer than 192.
   */
  FUSED,

  /**
   * One op over the whole sequence that calls oneDNN, the library that PyTorch uses on a CPU. It
   * needs the module {@code rnn-onednn} on the class path, Linux and a CPU, and runs LSTM, GRU and
   * tanh cells in single precision, without peepholes, clips, projection and wrappers, alone or
   * stacked, with gradients of first order. Such a graph is not exported: for a SavedModel the
   * graph is built again with {@link #LOOP} and the checkpoint restored.
   */
  ONEDNN,

  /**
   * cuDNN, one op over the whole sequence, on a machine with a GPU and TensorFlow's natives for it.
   * It runs LSTM and tanh cells without peepholes, clips, projection and wrappers, alone or
   * stacked, with gradients of first order. Its GRU is another one than {@code GruCell}, which
   * therefore runs elsewhere; {@code CudnnGru} is the network with its formula.
   */
  CUDNN
}
