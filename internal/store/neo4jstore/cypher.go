package neo4jstore

import (
	"embed"
	"io/fs"
	"strings"
)

// The Cypher statements, one file per concern. A statement begins below a line
// "// ## name" and ends before the next such line.
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

// cypher returns a statement by name. Words are pairs of old and new text to replace.
func cypher(name string, words ...string) string {
	text, ok := statements[name]
	if !ok {
		panic("neo4jstore: there is no statement " + name)
	}
	return strings.NewReplacer(words...).Replace(text)
}

// stripComments removes comments, so that the server's query log shows statements only.
func stripComments(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "//") {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, ""))
}
