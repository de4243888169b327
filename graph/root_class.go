package graph

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/zhitu/zhitu/internal/access"
)

//go:embed schema/access.tsv
var fieldClassTable string

// rootClasses has the class of permissions of each root field of a query, where it has one of
// its own.
var rootClasses = sync.OnceValue(func() map[string]access.Action {
	actions := map[string]access.Action{}
	for a := range access.Actions() {
		actions[a.String()] = a
	}
	classes := map[string]access.Action{}
	for line := range strings.Lines(fieldClassTable) {
		field, class, _ := strings.Cut(strings.TrimSpace(line), "\t")
		root, ok := strings.CutPrefix(field, "Query.")
		if action, known := actions[class]; ok && known {
			classes[root] = action
		}
	}
	return classes
})

// RootClass returns the class of permissions of a root field of a query, such as LEARNER for
// gapAnalysis. It returns false for what is judged by what it finds (node).
func RootClass(field string) (access.Action, bool) {
	class, ok := rootClasses()[field]
	return class, ok
}
