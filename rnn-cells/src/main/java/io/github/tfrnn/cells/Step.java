package io.github.tfrnn.cells;

/**
 * What one time step of a cell gives.
 *
 * @param output what the driver collects
 * @param state what the next step gets
 */
public record Step<Y, S>(Y output, S state) {}
