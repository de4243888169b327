package store

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// OwnProblems are those of the person's record and states, without those of others.
func (p Profile) OwnProblems() []fault.Problem {
	return slices.DeleteFunc(slices.Clone(p.Problems), func(w fault.Problem) bool {
		return w.Record != competency.MasteryStates && (w.Record != competency.Employees || w.Key != p.Employee.Code)
	})
}

// UnreadableError is the error of a question that needs what cannot be read; nil where there
// are no problems.
func UnreadableError(problems []fault.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	e := fault.New(fault.Unavailable, "what is stored was edited by other means and cannot be read: %s; zhitu verify lists all of it",
		"存储的数据经其他途径编辑，无法读取：%s；运行 zhitu verify 可列出全部问题", problems[0].Message())
	e.Problems = problems
	return e
}
