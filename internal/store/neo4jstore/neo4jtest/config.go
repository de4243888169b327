package neo4jtest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) configFolder() string { return filepath.Join(s.dir, "conf") }

// classPath has Neo4j before plugins, so that its version of a shared class is loaded.
func (s *Server) classPath() string {
	path := filepath.Join(s.library, "*")
	if s.options.Plugins != "" {
		path += string(filepath.ListSeparator) + filepath.Join(s.options.Plugins, "*")
	}
	return path
}

// settings are the lines of neo4j.conf: for little memory, few logs and a quick end.
func (s *Server) settings() map[string]string {
	settings := map[string]string{
		"server.directories.lib":              s.library,
		"server.default_listen_address":       "127.0.0.1",
		"server.bolt.listen_address":          s.Address(),
		"server.bolt.advertised_address":      s.Address(),
		"server.http.enabled":                 "false",
		"server.https.enabled":                "false",
		"dbms.security.auth_enabled":          strconv.FormatBool(s.options.Password != ""),
		"dbms.usage_report.enabled":           "false",
		"server.memory.pagecache.size":        "128m",
		"db.tx_log.rotation.retention_policy": "keep_none",
		"db.tx_log.preallocate":               "false", // 256 MB for each of two databases
		// Otherwise a shutdown waits ten seconds, after the databases are closed.
		"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
	}
	for _, folder := range []string{"data", "logs", "run", "import", "plugins"} {
		settings["server.directories."+folder] = filepath.Join(s.dir, folder)
	}
	if s.options.Plugins != "" {
		settings["server.directories.plugins"] = s.options.Plugins
	}
	maps.Copy(settings, s.options.Settings)
	return settings
}

// writeConfig writes the configuration, and sets the password of a new database.
func (s *Server) writeConfig(ctx context.Context) error {
	for _, folder := range []string{s.configFolder(), filepath.Dir(s.consolePath())} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	var lines strings.Builder
	settings := s.settings()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&lines, "%s=%s\n", name, settings[name])
	}
	if err := os.WriteFile(filepath.Join(s.configFolder(), "neo4j.conf"), []byte(lines.String()), 0o600); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.dir, "data")); err == nil || s.options.Password == "" {
		return nil
	}
	c := exec.CommandContext(ctx, s.java, append(s.quickStartFlags(), "-cp", s.classPath(), "org.neo4j.cli.AdminTool",
		"dbms", "set-initial-password", s.options.Password)...)
	c.Env = append(os.Environ(), "NEO4J_HOME="+s.dir, "NEO4J_CONF="+s.configFolder())
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("set the password: %w\n%s", err, out)
	}
	return nil
}
