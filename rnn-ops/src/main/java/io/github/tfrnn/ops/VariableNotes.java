package io.github.tfrnn.ops;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.framework.constraints.Constraint;

/**
 * What is known of the variables of a graph and is not in the graph, by full name.
 *
 * @param origins the line of the program that made a variable
 * @param constraints what optimizers do to a variable after each update
 */
record VariableNotes(Map<String, String> origins, Map<String, Constraint> constraints) {
  static VariableNotes none() {
    return new VariableNotes(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
  }
}
