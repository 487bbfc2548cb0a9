package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the layers in the groups of a file, as each of the forms of Keras spreads them. */
final class KerasLayers {
  private static final String VARIABLES = "vars";
  private static final List<String> CONTAINERS =
      List.of("layers", "_layer_checkpoint_dependencies");
  private static final List<String> OTHERS = List.of("optimizer", VARIABLES);

  private final KerasSource source;
  private final List<KerasLayer> layers = new ArrayList<>();

  private KerasLayers(KerasSource source) {
    this.source = source;
  }

  /**
   * Lists the layers.
   *
   * @param model its description, if there is one
   */
  static List<KerasLayer> of(KerasSource source, Optional<KerasConfig> model) {
    var all = new KerasLayers(source);
    var root = source.weights();
    var legacy = root.find("model_weights").orElse(root);
    if (lines(legacy, "layer_names").isPresent()) {
      all.legacy(legacy, model);
    } else {
      var container = container(root);
      all.addAll(container.orElse(root), container.isPresent() ? model : Optional.empty(), "");
    }
    return List.copyOf(all.layers);
  }

  private static Optional<Hdf5Group> container(Hdf5Group group) {
    return CONTAINERS.stream().flatMap(name -> group.find(name).stream()).findFirst();
  }

  private void addAll(Hdf5Group container, Optional<KerasConfig> model, String prefix) {
    var described = model.flatMap(KerasConfig::layers);
    if (described.isEmpty()) {
      for (String group : KerasNames.sorted(container.groups().keySet())) {
        if (!OTHERS.contains(group)) {
          var inside = container.find(group).orElseThrow();
          String own = inside.find(VARIABLES).flatMap(it -> it.text("name")).orElse(group);
          var config = Optional.of(KerasNames.className(group)).filter(it -> !it.isEmpty());
          add(inside, config.map(KerasConfig::of), prefix + own);
        }
      }
      return;
    }
    var names = new KerasNames();
    for (var layer : described.get()) {
      var group = container.find(names.next(layer.className()));
      String name = prefix + layer.name();
      if (group.isPresent()) {
        add(group.get(), Optional.of(layer), name);
      } else {
        layers.add(new KerasLayer(source, name, Optional.of(layer), List.of()));
      }
    }
  }

  private void add(Hdf5Group group, Optional<KerasConfig> config, String name) {
    var nested = container(group);
    if (nested.isPresent()) {
      addAll(nested.get(), config, name + "/");
      return;
    }
    var arrays = new ArrayList<KerasArray>();
    collect(group, "", name, config, arrays);
    layers.add(new KerasLayer(source, name, config, arrays));
  }

  private void collect(
      Hdf5Group group,
      String path,
      String layer,
      Optional<KerasConfig> config,
      List<KerasArray> into) {
    for (String name : KerasNames.sorted(group.arrays().keySet())) {
      var array = group.array(name).orElseThrow();
      into.add(new KerasArray(source, layer, path + name, array));
    }
    for (String name : inOrder(group, path, config)) {
      var inside = group.find(name);
      if (inside.isPresent()) {
        collect(inside.get(), path + name + "/", layer, config, into);
      }
    }
  }

  /** The cells of a stack run in the order of the description, where there is one. */
  private static List<String> inOrder(Hdf5Group group, String path, Optional<KerasConfig> config) {
    var cells = config.flatMap(KerasConfig::cells);
    if (cells.isEmpty() || !path.endsWith("cells/")) {
      return KerasNames.sorted(group.groups().keySet());
    }
    var names = new KerasNames();
    return cells.get().stream().map(cell -> names.next(cell.className())).toList();
  }

  private void legacy(Hdf5Group group, Optional<KerasConfig> model) {
    var described = model.flatMap(KerasConfig::layers).orElse(List.of());
    for (String name : lines(group, "layer_names").orElseThrow()) {
      var inside = group.find(name).orElseThrow(() -> missing("layer", name));
      var arrays = new ArrayList<KerasArray>();
      for (String weight : lines(inside, "weight_names").orElse(List.of())) {
        var array = inside.array(weight).orElseThrow(() -> missing("array", name + "/" + weight));
        arrays.add(new KerasArray(source, name, weight.replaceAll(":\\d+$", ""), array));
      }
      var config = described.stream().filter(it -> it.name().equals(name)).findFirst();
      var nested = config.flatMap(KerasConfig::layers);
      if (nested.isPresent()) {
        nest(name, nested.get(), arrays);
      } else {
        layers.add(new KerasLayer(source, name, config, arrays));
      }
    }
  }

  private void nest(String model, List<KerasConfig> inner, List<KerasArray> arrays) {
    for (var layer : inner) {
      String name = model + "/" + layer.name();
      var own =
          arrays.stream()
              .filter(it -> ("/" + it.name()).contains("/" + layer.name() + "/"))
              .map(it -> it.of(name))
              .toList();
      layers.add(new KerasLayer(source, name, Optional.of(layer), own));
    }
  }

  private IllegalArgumentException missing(String what, String name) {
    return source.refused(what + " " + name, "be in the file that lists it", "none");
  }

  /** An attribute that is in several pieces if it is long: {@code layer_names0} and so on. */
  private static Optional<List<String>> lines(Hdf5Group group, String attribute) {
    var whole = group.attributes().get(attribute);
    if (whole != null) {
      return Optional.of(whole);
    }
    var pieces = new ArrayList<String>();
    for (int i = 0; group.attributes().containsKey(attribute + i); i++) {
      pieces.addAll(group.attributes().getOrDefault(attribute + i, List.of()));
    }
    return group.attributes().containsKey(attribute + 0) ? Optional.of(pieces) : Optional.empty();
  }
}
