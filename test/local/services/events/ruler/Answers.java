import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Ruler;

/** AWS's own matcher: reads {"pattern", "event"} a line, answers match, nomatch or the compiler's error a line. */
public class Answers {
  public static void main(String[] none) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder out = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode one = json.readTree(line);
      String pattern = one.get("pattern").asText();
      String error = JsonRuleCompiler.check(pattern);
      if (error != null) out.append("error ").append(error.split("\n")[0]);
      else out.append(Ruler.matchesRule(one.get("event").asText(), pattern) ? "match" : "nomatch");
      out.append('\n');
    }
    System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }
}
