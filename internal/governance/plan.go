// Package governance holds what is decided before the catalog changes: plans.
//
// A Plan is the list of what edits would do, record by record and field by field. What is
// applied later is that list, and nothing else.
package governance

import (
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// PlanFormat is the version of the JSON of a plan.
const PlanFormat = 1

// Plan 计划 is what an import would do. Its JSON is the file of a plan: the same input,
// stored records, revision and moment give the same bytes.
type Plan struct {
	Format int `json:"format"`
	// Store is the id of the store, empty where the plan is of a store that has none yet:
	// such a plan cannot be applied.
	Store    string    `json:"store"`
	Revision int64     `json:"revision"`
	At       time.Time `json:"at"`
	TimeZone string    `json:"timeZone"`
	Replace  bool      `json:"replace"`
	Prune    bool      `json:"prune"`
	// AsStored: see competency.ChangeSet.
	AsStored bool `json:"asStored"`
	// Confirm says that so much is deleted that whoever applies the plan has to confirm it.
	Confirm bool `json:"confirm"`
	// Changes are the records that would change, in the order of tables and keys, people,
	// masteries and levels included. Where there are problems, they are what the rows
	// without a problem would change.
	Changes []competency.RecordChange `json:"changes"`
	// Intake is the evidence that comes with the records, and what follows from it.
	Intake   Intake        `json:"intake,omitzero"`
	Records  []RecordCount `json:"records"`
	Problems []Problem     `json:"problems"` // any of them refuses the plan
	Warnings []Problem     `json:"warnings"`
	Notices  []Problem     `json:"notices"`
	// MAC is the HMAC-SHA-256 of the plan without it, by the key of the store, in
	// hexadecimal; empty in a plan that nobody asked to keep.
	MAC string `json:"mac"`
}

// RecordCount counts the records of one type: how many were given, and how many of them
// are new or change what is stored.
type RecordCount struct {
	Record  string `json:"record"`
	Given   int    `json:"given"`
	Changed *int   `json:"changed,omitempty"`
}

// Problem is a problem, warning or notice of a plan: of a place in a file, or of a stored
// record, which Table and Key name.
type Problem struct {
	File    string     `json:"file,omitempty"`
	Sheet   string     `json:"sheet,omitempty"`
	Row     int        `json:"row,omitempty"`
	Column  string     `json:"column,omitempty"`
	Cell    string     `json:"cell,omitempty"`
	Rows    []int      `json:"rows,omitempty"` // further rows with the same problem
	More    int        `json:"more,omitempty"` // how many further rows there are
	Table   string     `json:"table,omitempty"`
	Key     string     `json:"key,omitempty"`
	Code    fault.Code `json:"code,omitempty"` // none for a notice
	Message Message    `json:"message"`
}

// Message is a text in both languages.
type Message struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// In returns the message in a language.
func (m Message) In(lang fault.Lang) string { return fault.Text(m).In(lang) }

// Empty reports whether the plan does nothing at all.
func (p *Plan) Empty() bool {
	return len(p.Changes) == 0 && !slices.ContainsFunc(p.Records, func(r RecordCount) bool { return r.Changed != nil && *r.Changed > 0 })
}
