package catalog

import (
	"errors"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
)

// CycleProblems returns the problems that a CycleError stands for, each placed at
// the first record of the change set that has a part in the cycle; none for
// any other error.
func CycleProblems(err error, cs competency.ChangeSet) []fault.Problem {
	var cycles *kg.CycleError
	if !errors.As(err, &cycles) {
		return nil
	}
	problems := cycles.Problems()
	for i, cycle := range cycles.Cycles {
		problems[i].Place = cyclePlace(cycle, cs)
	}
	return problems
}

func cyclePlace(cycle kg.Cycle, cs competency.ChangeSet) fault.Place {
	next := map[string]string{}
	for i, step := range cycle {
		next[step.Code] = cycle[(i+1)%len(cycle)].Code
	}
	for i, r := range cs.Put.Prerequisites {
		if next[r.Prerequisite] == r.Dependent {
			return fault.Place{Record: competency.Prerequisites, Index: i, Field: "prerequisite"}
		}
	}
	contains := func(parent, child string) bool {
		return parent != "" && (next[parent] == child || next[child] == parent)
	}
	for i, r := range cs.Put.Competencies {
		if contains(r.Parent, r.Code) {
			return fault.Place{Record: competency.Competencies, Index: i, Field: "parent"}
		}
	}
	for i, r := range cs.Put.KnowledgePoints {
		if contains(r.Competency, r.Code) {
			return fault.Place{Record: competency.KnowledgePoints, Index: i, Field: "competency"}
		}
	}
	return fault.Place{}
}
