package io.github.tfrnn.examples.charrnn;

import picocli.CommandLine.Option;

/** The options that say how to train. */
final class ScheduleOptions {
  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Places of the text read side by side (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--window",
      defaultValue = "50",
      description = "Characters that gradients flow back through (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.005",
      description = "Learning rate of Adam (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--decay",
      defaultValue = "0.8",
      description =
          "What the learning rate is multiplied by in an epoch (default: ${DEFAULT-VALUE}).")
  private double decay;

  @Option(
      names = "--clip",
      defaultValue = "5",
      description = "Global norm that gradients are scaled down to (default: ${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--keep",
      defaultValue = "1",
      description =
          "Probability that dropout keeps an output of a layer; 1 for no dropout (default:"
              + " ${DEFAULT-VALUE}).")
  private double keep;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the first weights and of dropout (default: ${DEFAULT-VALUE}).")
  private long seed;

  Schedule schedule() {
    return new Schedule(batch, window, learningRate, decay, clip, keep, seed);
  }
}
