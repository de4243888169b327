package neo4jstore

import (
	"embed"
	"io/fs"
	"strings"
)

// The statements, one file per concern. A statement stands below a line
// "// ## name", down to the next.
//
//go:embed *.cypher
var statementFiles embed.FS

var statements = func() map[string]string {
	all := map[string]string{}
	names, _ := fs.Glob(statementFiles, "*.cypher")
	for _, name := range names {
		text, err := statementFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded, so it is there
		}
		for _, section := range strings.Split("\n"+string(text), "\n// ## ")[1:] {
			name, body, _ := strings.Cut(section, "\n")
			all[name] = stripComments(body)
		}
	}
	return all
}()

// cypher returns a statement, with words in it replaced: old, new, …
func cypher(name string, words ...string) string {
	text, ok := statements[name]
	if !ok {
		panic("neo4jstore: there is no statement " + name)
	}
	return strings.NewReplacer(words...).Replace(text)
}

// uncommented leaves out comments: whoever reads the query log sees what is run.
func stripComments(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "//") {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, ""))
}
