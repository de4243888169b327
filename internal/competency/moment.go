package competency

import (
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

// MaxAhead is how far the clock of a sender may be ahead of ours.
const MaxAhead = 5 * time.Minute

// CheckMoment reports whether something that is said to have happened at a time is taken
// in now. What lies further ahead is not: it would keep what happens until then from
// counting. The text says so, and what to do.
func CheckMoment(at, now time.Time) (wrong fault.Text, ok bool) {
	if !at.After(now.Add(MaxAhead)) {
		return fault.Text{}, true
	}
	return fault.T("the time %s is in the future: check the year and the time zone, and give the time at which it happened",
		"时间 %s 在未来：请检查年份与时区，并填写实际发生的时间", at.UTC().Format(time.RFC3339)), false
}

// FutureEvidence returns a problem for each piece of evidence that is of the future.
func FutureEvidence(list []Evidence, now time.Time) (problems []fault.Problem) {
	for i, e := range list {
		if text, ok := CheckMoment(e.At, now); !ok {
			problems = append(problems, fault.Problem{Place: fault.Place{Record: EvidenceRecords, Index: i, Field: "at"}, Code: fault.InvalidArgument, Text: text, NewRule: true})
		}
	}
	return problems
}

// FutureAssessments returns a problem for each assessment that is of the future.
func FutureAssessments(list []Assessment, now time.Time) (problems []fault.Problem) {
	for i, a := range list {
		if text, ok := CheckMoment(a.AssessedAt, now); !ok {
			problems = append(problems, fault.Problem{Place: fault.Place{Record: MasteryStates, Index: i, Field: "assessed_at"}, Code: fault.InvalidArgument, Text: text, NewRule: true})
		}
	}
	return problems
}
