/** The launcher {@code tfrnn}: recurrent networks trained on real data from the command line. */
module io.github.tfrnn.examples {
  requires io.github.tfrnn.cells;
  requires info.picocli;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires org.knowm.xchart;
  requires static org.jspecify;

  opens io.github.tfrnn.examples to
      info.picocli;
  opens io.github.tfrnn.examples.blog to
      info.picocli;
  opens io.github.tfrnn.examples.charrnn to
      info.picocli;
  opens io.github.tfrnn.examples.inspect to
      info.picocli;
}
