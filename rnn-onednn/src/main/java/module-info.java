/** An engine that runs recurrent layers through oneDNN. */
module io.github.tfrnn.onednn {
  requires io.github.tfrnn.ops;
  requires com.sun.jna;
  requires org.bytedeco.dnnl;
  requires org.bytedeco.opencl; // which that of dnnl uses and does not name
  requires org.bytedeco.javacpp;
  requires static org.jspecify;

  // JNA finds the methods of callbacks by reflection.
  opens io.github.tfrnn.onednn to
      com.sun.jna;

  provides io.github.tfrnn.ops.spi.LayerEngine with
      io.github.tfrnn.onednn.OneDnnEngine;
}
