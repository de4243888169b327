// Package fault describes errors in a form that is safe to show to users.
//
// An Error carries a code for programs, a Text for people in their language, and
// every Problem of the input at once. Its cause is reachable through Unwrap, for the
// log alone.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Code classifies an error. The values are part of the GraphQL contract.
type Code string

// The codes, as clients see them in errors[].extensions.code.
const (
	InvalidArgument  Code = "INVALID_ARGUMENT"
	NotFound         Code = "NOT_FOUND"
	Conflict         Code = "CONFLICT"
	Cycle            Code = "CYCLE"
	Unauthenticated  Code = "UNAUTHENTICATED"
	PermissionDenied Code = "PERMISSION_DENIED"
	LimitExceeded    Code = "LIMIT_EXCEEDED"
	Unavailable      Code = "UNAVAILABLE"
	Internal         Code = "INTERNAL"
)

// Place locates a problem in the input. Record is the name of a catalog file
// ("prerequisites"), Index the zero-based position among the records of that type,
// Field the column. A stored record has no index; Key identifies it for people. The
// zero Place says nothing about the location.
type Place struct {
	Record string
	Index  int
	Field  string
	Key    string
}

// Problem is one error in an input. Its Text says what to do about it.
type Problem struct {
	Place
	// Other is a second record that takes part, such as the first of two
	// duplicates. Its Record is empty where there is none.
	Other Place
	Code  Code
	Text  Text
	// NewRule says that earlier versions took in what breaks this rule. It holds for what
	// is given from now on: what is stored stays, and is accepted again as it was.
	NewRule bool
}

// WithoutNewRules returns the problems of rules that have always held.
func WithoutNewRules(problems []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.NewRule })
}

// Message returns the text of a problem, preceded by the record where it is a stored one.
func (p Problem) Message() Text {
	if p.Key == "" {
		return p.Text
	}
	return Text{EN: p.Record + " " + p.Key + ": " + p.Text.EN, ZH: p.Record + " " + p.Key + "：" + p.Text.ZH}
}

// Error is an error that may be shown to the user, but for its Cause, which is nil
// or for the log.
type Error struct {
	Code     Code
	Text     Text
	Problems []Problem
	Class    string // the class of permissions that is missing, for programs; else empty
	Cause    error
}

// New returns an error with a message in both languages, formatted with the same
// arguments; see T.
func New(code Code, en, zh string, args ...any) *Error {
	return &Error{Code: code, Text: T(en, zh, args...)}
}

// Wrap is New with a cause (error wrapping), which is logged and never shown.
func Wrap(cause error, code Code, en, zh string, args ...any) *Error {
	return &Error{Code: code, Text: T(en, zh, args...), Cause: cause}
}

// FromProblems returns nil where there are no problems, and otherwise one *Error that
// carries them all, with the code of the first.
func FromProblems(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	e := &Error{Code: problems[0].Code, Problems: problems, Text: problems[0].Message()}
	if len(problems) > 1 {
		e.Text = T("%d problems; the first: %s", "共 %d 个问题，第一个：%s", len(problems), problems[0].Message())
	}
	return e
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.Text.EN)
	if e.Class != "" {
		fmt.Fprintf(&b, " [%s]", e.Class)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, " (%v)", e.Cause)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of the first *Error in the chain of err, Internal for any
// other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil { // before anything is allocated: this runs for every field
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// ProblemsOf returns the problems of the first *Error in the chain of err, if any.
func ProblemsOf(err error) []Problem {
	var e *Error
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}
