package io.github.tfrnn.examples.blog;

import picocli.CommandLine.Command;

/** {@code tfrnn blog}. */
@Command(name = "blog", mixinStandardHelpOptions = true)
public final class BlogCommand implements Runnable {
  @Override
  public void run() {}
}
