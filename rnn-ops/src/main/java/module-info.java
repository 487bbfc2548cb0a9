/**
 * What TensorFlow-Java lacks underneath recurrent networks: scopes, a loop that trains, gradients.
 */
@SuppressWarnings("module") // the modules above are built later
module io.github.tfrnn.ops {
  requires transitive tensorflow;
  requires transitive org.tensorflow.ndarray;
  requires transitive tensorflow.nativelib;
  requires transitive tensorflow.framework;
  requires com.google.protobuf;
  requires static transitive org.jspecify;

  exports io.github.tfrnn.ops;
  exports io.github.tfrnn.ops.spi to
      io.github.tfrnn.cells,
      io.github.tfrnn.onednn;
  exports io.github.tfrnn.train;

  uses io.github.tfrnn.ops.spi.LayerEngine;
}
