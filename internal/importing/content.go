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
)

// Problem is a problem, notice or warning of an import, with its place in the files.
type Problem struct {
	located
	place int // in its list, from 1
}

// located is the JSON of a problem.
type located struct {
	File    string     `json:"file,omitempty"`
	Sheet   string     `json:"sheet,omitempty"`
	Row     int        `json:"row,omitempty"`
	Column  string     `json:"column,omitempty"`
	Cell    string     `json:"cell,omitempty"`
	Rows    []int      `json:"rows,omitempty"`
	More    int        `json:"more,omitempty"`
	Table   string     `json:"table,omitempty"`
	Key     string     `json:"key,omitempty"`
	Code    fault.Code `json:"code,omitempty"`
	Message fault.Text `json:"message"`
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

// valueText writes the value of a field as a file would, nil for none.
func valueText(value any) *string {
	var text string
	switch v := value.(type) {
	case nil:
		return nil
	case []string:
		text = strings.Join(v, "; ")
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = fmt.Sprint(p)
		}
		text = strings.Join(parts, "; ")
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
func (p *Problem) File() *string { return nonEmpty(p.located.File) }

// Sheet returns the sheet of a workbook, nil otherwise.
func (p *Problem) Sheet() *string { return nonEmpty(p.located.Sheet) }

// Row returns the row, nil for a whole file or sheet.
func (p *Problem) Row() *int {
	if p.located.Row == 0 {
		return nil
	}
	return &p.located.Row
}

// Column returns the column as the header writes it, nil for a whole row.
func (p *Problem) Column() *string { return nonEmpty(p.located.Column) }

// Cell returns the cell of a workbook, nil otherwise.
func (p *Problem) Cell() *string { return nonEmpty(p.located.Cell) }

// Rows returns further rows with the same problem.
func (p *Problem) Rows() []int {
	if p.located.Rows == nil {
		return []int{}
	}
	return p.located.Rows
}

// More returns how many further rows have the same problem.
func (p *Problem) More() int { return p.located.More }

// Table returns the table of the record, nil where unknown.
func (p *Problem) Table() *string { return nonEmpty(p.located.Table) }

// Key returns the key of a stored record, nil for a row of the files.
func (p *Problem) Key() *string { return nonEmpty(p.located.Key) }

// Code returns the class of the problem, nil for a notice.
func (p *Problem) Code() *fault.Code {
	if p.located.Code == "" {
		return nil
	}
	return &p.located.Code
}

// Message returns what is wrong and what to do.
func (p *Problem) Message(ctx context.Context) string {
	return p.located.Message.In(catalog.Lang(ctx))
}

// Place returns the place for people.
func (p *Problem) Place(ctx context.Context) string {
	l := exchange.Location{File: p.located.File, Sheet: p.located.Sheet, Row: p.located.Row, Column: p.located.Column, Cell: p.located.Cell}
	if l.File == "" {
		return strings.TrimSpace(p.located.Table + " " + p.located.Key)
	}
	return l.Describe().In(catalog.Lang(ctx))
}
