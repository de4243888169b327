package importing

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
)

// Problem is a problem, notice or warning of an import, with its place in the files.
type Problem struct {
	governance.Problem
	place int // in its list, from 1
}

// Change is what an import does to a record, for people to read.
type Change struct {
	Table  string                `json:"table"`
	Kind   competency.ChangeKind `json:"kind"`
	Key    string                `json:"key"`
	Fields []FieldChange         `json:"fields"`
	place  int                   // in the list, from 1
}

// FieldChange is a field before and after; nil where it has no value.
type FieldChange struct {
	Field  string  `json:"field"`
	Before *string `json:"before,omitempty"`
	After  *string `json:"after,omitempty"`
}

// newChange writes the values of a change as files do.
func newChange(c competency.RecordChange) Change {
	fields := make([]FieldChange, len(c.Fields))
	for i, f := range c.Fields {
		fields[i] = FieldChange{f.Field, valueText(f.Before), valueText(f.After)}
	}
	return Change{Table: c.Table, Kind: c.Kind, Key: c.Key, Fields: fields}
}

// valueText writes the value of a field as a file would, nil for none. What the viewer may not
// read is hidden.
func valueText(value any) *string {
	var text string
	switch v := value.(type) {
	case nil:
		return nil
	case competency.HiddenValue:
		text = "***"
	case []string:
		text = strings.Join(v, "; ")
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		text = fmt.Sprint(v)
	}
	return &text
}

func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// File returns the file, nil where it is about none.
func (p *Problem) File() *string { return nonEmpty(p.Problem.File) }

// Sheet returns the sheet of a workbook, nil otherwise.
func (p *Problem) Sheet() *string { return nonEmpty(p.Problem.Sheet) }

// Row returns the row, nil for a whole file or sheet.
func (p *Problem) Row() *int {
	if p.Problem.Row == 0 {
		return nil
	}
	return &p.Problem.Row
}

// Column returns the column as the header writes it, nil for a whole row.
func (p *Problem) Column() *string { return nonEmpty(p.Problem.Column) }

// Cell returns the cell of a workbook, nil otherwise.
func (p *Problem) Cell() *string { return nonEmpty(p.Problem.Cell) }

// Rows returns further rows with the same problem.
func (p *Problem) Rows() []int {
	if p.Problem.Rows == nil {
		return []int{}
	}
	return p.Problem.Rows
}

// More returns how many further rows have the same problem.
func (p *Problem) More() int { return p.Problem.More }

// Table returns the table of the record, nil where unknown.
func (p *Problem) Table() *string { return nonEmpty(p.Problem.Table) }

// Key returns the key of a stored record, nil for a row of the files.
func (p *Problem) Key() *string { return nonEmpty(p.Problem.Key) }

// Code returns the class of the problem, nil for a notice.
func (p *Problem) Code() *fault.Code {
	if p.Problem.Code == "" {
		return nil
	}
	return &p.Problem.Code
}

// Message returns what is wrong and what to do.
func (p *Problem) Message(ctx context.Context) string {
	return p.Problem.Message.In(catalog.Lang(ctx))
}

// Place returns the place for people.
func (p *Problem) Place(ctx context.Context) string {
	l := exchange.Location{File: p.Problem.File, Sheet: p.Problem.Sheet, Row: p.Problem.Row, Column: p.Problem.Column, Cell: p.Problem.Cell}
	if l.File == "" {
		return strings.TrimSpace(p.Problem.Table + " " + p.Problem.Key)
	}
	return l.Describe().In(catalog.Lang(ctx))
}
