import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/** One real Elasticsearch node on loopback, for tests: {@code ElasticsearchNode HOME DATA HTTP_PORT}. */
public class ElasticsearchNode {
  public static void main(String[] args) throws Exception {
    String home = args[0];
    String data = args[1];
    Settings settings = Settings.builder()
        .put("path.home", home)
        .put("path.data", data + "/data")
        .put("path.logs", data + "/logs")
        .put("cluster.name", "yuqing-test")
        .put("node.name", "node")
        .put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1")
        .put("http.port", args[2])
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .put("cluster.max_shards_per_node", 5000)
        .build();
    LogConfigurator.configureWithoutConfig(settings);
    LogConfigurator.configureESLogging();
    var environment =
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), Path.of(home, "config"), () -> "node");
    var plugins = PluginsLoader.createPluginsLoader(
        PluginsLoader.loadModulesBundles(environment.modulesDir()), Set.of(), Map.of(), false);
    Node node = new Node(environment, plugins);
    node.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        node.close();
      } catch (Exception ignored) {
        // The process is ending anyway.
      }
    }));
    new CountDownLatch(1).await();
  }
}
