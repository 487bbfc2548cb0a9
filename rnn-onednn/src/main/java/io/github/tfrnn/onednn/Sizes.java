package io.github.tfrnn.onednn;

/**
 * The sizes of a layer and what it runs over.
 *
 * @param time T
 * @param batch B
 * @param depth D
 * @param units H
 */
record Sizes(long time, long batch, long depth, long units) {}
