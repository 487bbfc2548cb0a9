/**
 * What TensorFlow-Java lacks underneath recurrent networks: scopes, a loop that trains, gradients.
 */
@SuppressWarnings("module") // the module of the cells is built later
module io.github.tfrnn.ops {
  requires transitive tensorflow;
  requires transitive org.tensorflow.ndarray;
  requires transitive tensorflow.nativelib;
  requires transitive tensorflow.framework;
  requires com.google.protobuf;
  requires static transitive org.jspecify;

  exports io.github.tfrnn.ops;
  exports io.github.tfrnn.ops.spi to
      io.github.tfrnn.cells;
  exports io.github.tfrnn.train;
}
