// Command gen rewrites what gqlgen has generated so that lists are written in
// order. gqlgen starts a goroutine for every item of every list, and has no setting
// against it. That pays where each item is fetched, as may be what employees have
// of their managers. All else is read from a graph in memory: there it takes a
// third of the processor's time for a whole learning path. It runs from the folder
// above it, by go generate.
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
	imported   = "\t\"github.com/99designs/gqlgen/graphql\"\n"
	concurrent = "graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, "
	fetching   = "marshalNEmployee" // also of their edges
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	files, err := filepath.Glob("generated/*.go")
	if err != nil {
		return err
	}
	rewritten := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		functions := strings.SplitAfter(string(data), "\n}\n")
		changed := false
		for i, f := range functions {
			if strings.Contains(f, concurrent) && !strings.Contains(f, fetching) {
				functions[i] = strings.Replace(f, concurrent, "list.InOrder(ctx, len(v), ", 1)
				changed = true
			}
		}
		if !changed {
			continue
		}
		rewritten++
		text := strings.Replace(strings.Join(functions, ""), imported, imported+"\t\"github.com/zhitu/zhitu/graph/list\"\n", 1)
		formatted, err := format.Source([]byte(text)) // imports in their order
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, formatted, 0o644); err != nil {
			return err
		}
	}
	if rewritten == 0 {
		return errors.New("gqlgen writes lists in another way now: look into generated/ for what to replace")
	}
	return nil
}
