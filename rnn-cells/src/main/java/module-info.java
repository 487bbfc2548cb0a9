/** Recurrent cells, the drivers that run them over sequences, and models in and out. */
module io.github.tfrnn.cells {
  requires transitive io.github.tfrnn.ops;
  requires com.fasterxml.jackson.jr.ob;
  requires io.jhdf;
  requires static org.jspecify;

  exports io.github.tfrnn.cells;
  exports io.github.tfrnn.model;
  exports io.github.tfrnn.rnn;
}
