// Command gen rewrites the code that gqlgen has generated, where gqlgen has no
// setting for it:
//
//   - Lists are marshaled sequentially. gqlgen starts a goroutine for each item of
//     each list. That pays where items are fetched, such as the managers of
//     employees. Everything else is read from a graph in memory, where the goroutines
//     take a third of the processor time of a learning path.
//   - The directive @defer leaves the schema. gqlgen announces it, but our transports
//     send one response, so deferred fields would be lost without an error.
//
// It runs in the folder above it, by go generate.
package main

import (
	"errors"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"strings"
)

const (
	graphqlImport  = "\t\"github.com/99designs/gqlgen/graphql\"\n"
	listImport     = "\t\"github.com/zhitu/zhitu/graph/list\"\n"
	concurrentCall = "graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, "
	sequentialCall = "list.MarshalSlice(ctx, len(v), "
	fetchingPrefix = "marshalNEmployee" // functions whose items may take a round trip

	schemaVariable     = "var parsedSchema = gqlparser.MustLoadSchema(sources...)\n"
	schemaWithoutDefer = `var parsedSchema = func() *ast.Schema {
	schema := gqlparser.MustLoadSchema(sources...)
	delete(schema.Directives, "defer") // no transport of ours sends a response in parts
	return schema
}()
`
)

var errUnknownCode = errors.New("gqlgen generates other code now: look into generated/ for what to replace")

func main() {
	if err := rewriteAll("generated/*.go"); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// rewriteAll rewrites the files of a pattern. It fails where there was nothing to
// rewrite, or no schema.
func rewriteAll(pattern string) error {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	lists, schemas := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		code, replaced := rewriteLists(string(data))
		lists += replaced
		schemas += strings.Count(code, schemaVariable)
		code = strings.Replace(code, schemaVariable, schemaWithoutDefer, 1)
		if code == string(data) {
			continue
		}
		formatted, err := format.Source([]byte(code)) // sorts the imports
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, formatted, 0o644); err != nil {
			return err
		}
	}
	if lists == 0 || schemas != 1 {
		return errUnknownCode
	}
	return nil
}

// rewriteLists returns a file whose lists are marshaled sequentially, and how many
// there were.
func rewriteLists(code string) (rewritten string, replaced int) {
	functions := strings.SplitAfter(code, "\n}\n")
	for i, f := range functions {
		if strings.Contains(f, concurrentCall) && !strings.Contains(f, fetchingPrefix) {
			functions[i] = strings.Replace(f, concurrentCall, sequentialCall, 1)
			replaced++
		}
	}
	if replaced == 0 {
		return code, 0
	}
	return strings.Replace(strings.Join(functions, ""), graphqlImport, graphqlImport+listImport, 1), replaced
}
