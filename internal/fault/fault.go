// Package fault says what went wrong in words that are safe to show.
//
// An Error carries a code that programs act on, a Text that people read in
// their language, and every Problem of the input at once. Whatever caused it
// stays behind Unwrap, for the log alone.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Code classifies a fault. The values are part of the GraphQL contract.
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

// Place is where in the input a problem lies. Record is the name of a catalog
// file ("prerequisites"), Index the record's place among those of its kind,
// Field the column. What is stored has no place among others: there Key is what
// people call the record. The zero Place is nowhere in particular.
type Place struct {
	Record string
	Index  int
	Field  string
	Key    string
}

// Problem is one thing wrong with an input, and what to do about it.
type Problem struct {
	Place
	// Other is the second record concerned, such as the first of two
	// duplicates; its Record is empty where there is none.
	Other Place
	Code  Code
	Text  Text
}

// Told returns the text of a problem and, of a stored record, which it is.
func (p Problem) Told() Text {
	if p.Key == "" {
		return p.Text
	}
	return Text{EN: p.Record + " " + p.Key + ": " + p.Text.EN, ZH: p.Record + " " + p.Key + "：" + p.Text.ZH}
}

// Error is a refusal that may be shown to whoever asked.
type Error struct {
	Code     Code
	Text     Text
	Problems []Problem
	Cause    error
}

// New returns a fault with a message in both languages; args serve both.
func New(code Code, en, zh string, args ...any) *Error {
	return &Error{Code: code, Text: T(en, zh, args...)}
}

// Because is New with a cause, which is logged and never shown.
func Because(cause error, code Code, en, zh string, args ...any) *Error {
	return &Error{Code: code, Text: T(en, zh, args...), Cause: cause}
}

// Refuse returns nil for no problems, and otherwise one *Error that carries them
// all, with the code of the first.
func Refuse(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	e := &Error{Code: problems[0].Code, Problems: problems, Text: problems[0].Told()}
	if len(problems) > 1 {
		e.Text = T("%d problems; the first: %s", "共 %d 个问题，第一个：%s", len(problems), problems[0].Told())
	}
	return e
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.Text.EN)
	if e.Cause != nil {
		fmt.Fprintf(&b, " (%v)", e.Cause)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of the first fault in err's chain, Internal for any
// other error and "" for nil.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	default:
		return Internal
	}
}

// ProblemsOf returns the problems that err carries, if any.
func ProblemsOf(err error) []Problem {
	var e *Error
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}
