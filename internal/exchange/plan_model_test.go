package exchange

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// planModel is a second program for what a row does, written from the contract alone: it
// works on cells, knows no change set, and finds what is pruned by trying until nothing
// changes.
type planModel struct {
	replace, prune bool
	stored         map[string]modelRecord // by table and key
	rows           []modelRow
	givenTables    map[string]bool
}

// modelRecord is a record as it is stored: values by column, without those that are null.
type modelRecord struct {
	table  string
	values map[string]any
}

type modelRow struct {
	table   string
	cells   map[string]string // of the columns that its table has
	problem string
	target  string // the stored record that it is, "" for a new one
	after   modelRecord
}

type modelTable struct {
	keys     []string
	columns  []string // the others
	required string
	prunable bool
}

var modelTables = map[string]modelTable{
	"competencies":     {[]string{"code"}, []string{"name", "parent"}, "name", true},
	"knowledge_points": {[]string{"code"}, []string{"name", "competency", "kind", "minutes", "tags"}, "name", true},
	"prerequisites":    {[]string{"prerequisite", "dependent"}, []string{"strength", "clause", "level"}, "", true},
	"related":          {[]string{"a", "b"}, nil, "", true},
	"positions":        {[]string{"code"}, []string{"name", "family"}, "name", true},
	"requirements":     {[]string{"position", "target"}, []string{"level", "weight", "critical"}, "", true},
	"resources":        {[]string{"code"}, []string{"title", "teaches"}, "title", true},
	"employees":        {[]string{"code"}, []string{"name", "position", "targets"}, "name", false},
}

var modelOrder = []string{"competencies", "knowledge_points", "prerequisites", "related", "positions", "requirements", "resources", "employees"}

var modelDefaults = map[string]map[string]any{
	"knowledge_points": {"kind": "KNOWLEDGE", "nature": "PROCEDURAL"},
	"prerequisites":    {"strength": "HARD", "level": 0.7},
	"requirements":     {"level": 0.7, "weight": 1.0, "critical": false},
}

func modelKey(table string, v map[string]any) string {
	text := func(c string) string { s, _ := v[c].(string); return s }
	switch table {
	case "prerequisites":
		return text("prerequisite") + " → " + text("dependent")
	case "related":
		a, b := text("a"), text("b")
		return min(a, b) + " -- " + max(a, b)
	case "requirements":
		return text("position") + " / " + text("target")
	}
	return text("code")
}

// id tells a record from every other: of an edge with its clause.
func (r modelRecord) id() string {
	id := r.table + " " + modelKey(r.table, r.values)
	if clause, ok := r.values["clause"].(string); ok {
		id += " [" + clause + "]"
	}
	return id
}

func modelValue(column, cell string) any {
	switch column {
	case "minutes":
		n, _ := strconv.ParseFloat(cell, 64)
		return n
	case "level", "weight":
		x, _ := strconv.ParseFloat(cell, 64)
		return x
	case "critical":
		return cell == "yes"
	case "tags", "teaches", "targets":
		return strings.Split(cell, ";")
	}
	return cell
}

func (m *planModel) equal(column string, a, b any) bool {
	if column == "tags" || column == "teaches" || column == "targets" {
		x, _ := a.([]string)
		y, _ := b.([]string)
		x, y = slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
		return slices.Equal(x, y)
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

// identify finds the stored record of each row, and the rows that name none clearly.
func (m *planModel) identify() {
	pairs := map[string]int{}
	for _, r := range m.rows {
		pairs[r.table+" "+r.key()]++
	}
	for i := range m.rows {
		r := &m.rows[i]
		if r.table != "prerequisites" {
			id := r.table + " " + r.key()
			if _, known := m.stored[id]; known {
				r.target = id
			}
			continue
		}
		var edges []string
		for id, s := range m.stored {
			if s.table == r.table && modelKey(s.table, s.values) == r.key() {
				edges = append(edges, id)
			}
		}
		clause, cleared := r.cells["clause"], r.cells["clause"] == "(清空)"
		if cleared {
			clause = ""
		}
		if clause == "" && !cleared && len(edges) > 1 {
			r.problem = "other"
			continue
		}
		id := r.table + " " + r.key()
		if clause != "" {
			id += " [" + clause + "]"
		}
		switch {
		case slices.Contains(edges, id):
			r.target = id
		case len(edges) == 1 && pairs[r.table+" "+r.key()] == 1:
			r.target = edges[0]
		}
	}
}

func (r modelRow) key() string {
	v := map[string]any{}
	for column, cell := range r.cells {
		v[column] = cell
	}
	return modelKey(r.table, v)
}

// applyCells says what the record of a row is after it.
func (m *planModel) applyCells(r *modelRow) {
	t := modelTables[r.table]
	after := map[string]any{}
	if r.target != "" {
		maps.Copy(after, m.stored[r.target].values)
	} else {
		maps.Copy(after, modelDefaults[r.table])
	}
	for _, column := range t.keys {
		after[column] = r.cells[column]
	}
	if r.table == "related" && r.cells["b"] < r.cells["a"] {
		after["a"], after["b"] = r.cells["b"], r.cells["a"]
	}
	for _, column := range t.columns {
		cell, given := r.cells[column]
		personal := column == "targets"
		switch {
		case !given:
		case cell == "(清空)", cell == "" && m.replace && !personal:
			delete(after, column)
			if d, has := modelDefaults[r.table][column]; has {
				after[column] = d
			}
			if column == t.required {
				r.problem = "required"
			}
		case cell == "":
		default:
			if value := modelValue(column, cell); !m.equal(column, after[column], value) {
				after[column] = value
			}
		}
	}
	if _, named := after[t.required]; t.required != "" && !named {
		r.problem = "required"
	}
	if after["clause"] != nil && after["strength"] == "SOFT" {
		r.problem = "other"
	}
	r.after = modelRecord{r.table, after}
}

// names returns what a record names, as "learnable CODE" or "position CODE".
func (r modelRecord) names() (list []string) {
	add := func(space string, codes ...any) {
		for _, c := range codes {
			if text, ok := c.(string); ok && text != "" {
				list = append(list, space+" "+text)
			}
		}
	}
	each := func(space, column string) {
		codes, _ := r.values[column].([]string)
		for _, c := range codes {
			add(space, c)
		}
	}
	v := r.values
	switch r.table {
	case "competencies":
		add("learnable", v["parent"])
	case "knowledge_points":
		add("learnable", v["competency"])
	case "prerequisites":
		add("learnable", v["prerequisite"], v["dependent"])
	case "related":
		add("learnable", v["a"], v["b"])
	case "requirements":
		add("learnable", v["target"])
		add("position", v["position"])
	case "resources":
		each("learnable", "teaches")
	case "employees":
		add("position", v["position"])
		each("position", "targets")
	}
	return list
}

// named returns how others name a record, "" where none does.
func (r modelRecord) named() string {
	switch r.table {
	case "competencies", "knowledge_points":
		return "learnable " + r.values["code"].(string)
	case "positions":
		return "position " + r.values["code"].(string)
	}
	return ""
}

// owner returns how the owner of a record is named.
func (r modelRecord) owner() string {
	switch r.table {
	case "prerequisites":
		return "learnable " + r.values["dependent"].(string)
	case "requirements":
		return "position " + r.values["position"].(string)
	}
	return ""
}

// checkRows finds rows that name neither a stored nor a given record, or give a code the
// other type.
func (m *planModel) checkRows() {
	known := map[string]bool{} // "table code"
	for id := range m.stored {
		known[id] = true
	}
	for _, r := range m.rows {
		known[r.table+" "+r.key()] = true
	}
	is := func(name any, tables ...string) bool {
		code, _ := name.(string)
		if code == "" {
			return true
		}
		return slices.ContainsFunc(tables, func(t string) bool { return known[t+" "+code] })
	}
	for i := range m.rows {
		r := &m.rows[i]
		missing := false
		want := func(column string, tables ...string) {
			if cell, given := r.cells[column]; given && cell != "(清空)" {
				for _, code := range strings.Split(cell, ";") {
					missing = missing || !is(code, tables...)
				}
			}
		}
		switch r.table {
		case "competencies":
			want("parent", "competencies")
			if _, other := m.stored["knowledge_points "+r.key()]; other {
				r.problem = "other"
			}
		case "knowledge_points":
			want("competency", "competencies")
			if _, other := m.stored["competencies "+r.key()]; other {
				r.problem = "other"
			}
		case "prerequisites":
			want("prerequisite", "competencies", "knowledge_points")
			want("dependent", "competencies", "knowledge_points")
		case "related":
			want("a", "knowledge_points")
			want("b", "knowledge_points")
		case "requirements":
			want("position", "positions")
			want("target", "competencies", "knowledge_points")
		case "resources":
			want("teaches", "knowledge_points")
		case "employees":
			want("position", "positions")
			want("targets", "positions")
		}
		if missing {
			r.problem = "refers to nothing"
		}
	}
}

// run returns the plan and the problems as lines of JSON.
func (m *planModel) run() (plan, problems []string) {
	m.identify()
	for i := range m.rows {
		if r := &m.rows[i]; r.problem == "" {
			m.applyCells(r)
		} else {
			saved := r.problem
			m.applyCells(r)
			r.problem = saved
		}
	}
	m.checkRows()
	after := maps.Clone(m.stored)
	given := map[string]bool{}    // ids of stored records
	var loose []modelRecord       // new ones that have a problem
	moved := map[string]string{}  // new id to old
	ambiguous := map[string]int{} // pairs
	for _, r := range m.rows {
		if r.target != "" {
			given[r.target] = true
		} else if r.table == "prerequisites" && r.problem != "" {
			ambiguous[r.key()]++
		}
	}
	for _, r := range m.rows {
		switch {
		case r.problem != "" && r.target == "":
			loose = append(loose, r.after)
		case r.problem != "":
		default:
			delete(after, r.target)
			after[r.after.id()] = r.after
			if r.target != "" && r.after.id() != r.target {
				moved[r.after.id()] = r.target
			}
			given[r.after.id()] = true
		}
	}
	for id, s := range m.stored {
		several := 0
		for _, o := range m.stored {
			if s.table == "prerequisites" && o.table == s.table && modelKey(o.table, o.values) == modelKey(s.table, s.values) {
				several++
			}
		}
		if several > 1 && m.isAmbiguous(modelKey(s.table, s.values)) {
			given[id] = true
		}
	}
	kept := map[string]bool{}
	if m.prune {
		after = m.pruned(after, given, loose, kept)
	}
	for id := range kept {
		s := m.stored[id]
		problems = append(problems, modelLine(s.table, modelKey(s.table, s.values), "still referred to"))
	}
	for _, r := range m.rows {
		if r.problem != "" {
			problems = append(problems, modelLine(r.table, r.key(), r.problem))
		}
	}
	return m.diff(after, moved), sortedOnce(problems)
}

// isAmbiguous reports whether a row names this pair without saying which of its edges.
func (m *planModel) isAmbiguous(key string) bool {
	for _, r := range m.rows {
		if r.table == "prerequisites" && r.key() == key && r.cells["clause"] == "" {
			return true
		}
	}
	return false
}

// pruned deletes from the records after all edits what no row gives, and fills in which
// deletions are refused: by definition, all of it again until nothing changes.
func (m *planModel) pruned(after map[string]modelRecord, given map[string]bool, loose []modelRecord, kept map[string]bool) map[string]modelRecord {
	goes := func(id string) bool {
		s, stored := m.stored[id]
		return stored && m.givenTables[s.table] && modelTables[s.table].prunable && !given[id]
	}
	for {
		left := map[string]modelRecord{}
		gone := map[string]string{} // how it is named, to id
		for id, r := range after {
			if goes(id) && !kept[id] {
				if r.named() != "" {
					gone[r.named()] = id
				}
				continue
			}
			left[id] = r
		}
		for id, r := range left {
			if _, alone := gone[r.owner()]; alone && !given[id] {
				delete(left, id)
			}
		}
		refused := false
		for _, list := range [][]modelRecord{slices.Collect(maps.Values(left)), loose} {
			for _, r := range list {
				for _, name := range r.names() {
					if id, is := gone[name]; is && !kept[id] {
						kept[id], refused = true, true
					}
				}
			}
		}
		if !refused {
			return left
		}
	}
}

func modelLine(values ...any) string {
	line, _ := json.Marshal(values)
	return string(line)
}

func sortedOnce(list []string) []string {
	sort.Strings(list)
	return slices.Compact(list)
}

// diff returns the plan from the stored records to others.
func (m *planModel) diff(after map[string]modelRecord, moved map[string]string) (plan []string) {
	fields := func(table string, before, now map[string]any) map[string][2]any {
		f := map[string][2]any{}
		for _, column := range slices.Concat(modelTables[table].keys, modelTables[table].columns, []string{"nature"}) {
			if !m.equal(column, before[column], now[column]) {
				f[column] = [2]any{before[column], now[column]}
			}
		}
		return f
	}
	taken := map[string]bool{}
	for id, r := range after {
		from := id
		if old, isMove := moved[id]; isMove {
			from = old
		}
		s, stored := m.stored[from]
		taken[from] = stored
		f := fields(r.table, s.values, r.values)
		switch {
		case !stored:
			plan = append(plan, modelLine(r.table, modelKey(r.table, r.values), "CREATE", f))
		case len(f) > 0:
			plan = append(plan, modelLine(r.table, modelKey(r.table, r.values), "CHANGE", f))
		}
	}
	for id, s := range m.stored {
		if _, stays := after[id]; !stays && !taken[id] {
			plan = append(plan, modelLine(s.table, modelKey(s.table, s.values), "DELETE", fields(s.table, s.values, nil)))
		}
	}
	return sortedOnce(plan)
}

// drawTable draws the rows of a table, with its required columns and some of the others.
func drawTable(t *rapid.T, table string, base bool) (columns []string, rows []map[string]string) {
	mt := modelTables[table]
	columns = slices.Clone(mt.keys)
	for _, c := range mt.columns {
		if base || c == mt.required || rapid.Bool().Draw(t, "has "+c) {
			columns = append(columns, c)
		}
	}
	pools := map[string][]string{
		"competencies code": {"C1", "C2", "C3"}, "knowledge_points code": {"K1", "K2", "K3", "K4"}, "positions code": {"P1", "P2"}, "resources code": {"R1", "R2"}, "employees code": {"E1", "E2"},
		"prerequisite": {"K1", "K2", "K3", "C1", "C2"}, "dependent": {"K1", "K2", "K4", "C2", "C3"}, "a": {"K1", "K2", "K3"}, "b": {"K2", "K3", "K4"},
		"position": {"P1", "P2"}, "target": {"K1", "K3", "C1", "C3"},
		"name": {"甲", "乙"}, "title": {"甲", "乙"}, "parent": {"C1", "C2", "C3"}, "competency": {"C1", "C2", "C3"}, "kind": {"KNOWLEDGE", "SKILL"}, "minutes": {"5", "7"},
		"tags": {"x;y", "y;x", "x"}, "strength": {"HARD", "SOFT"}, "clause": {"a", "b"}, "level": {"0.7", "0.9"}, "weight": {"1.5", "2.5"}, "critical": {"yes", "no"},
		"family": {"f", "g"}, "teaches": {"K1", "K2;K3", "K4"}, "targets": {"P1", "P2", "P1;P2"},
	}
	pool := func(column string) []string {
		if p, own := pools[table+" "+column]; own {
			column = table + " " + column
			if !base && table != "employees" {
				return append(slices.Clone(p), p[0][:1]+"8") // a new one
			}
		}
		return pools[column]
	}
	seen := map[string]bool{}
	for range rapid.IntRange(0, 5).Draw(t, "rows of "+table) {
		row := map[string]string{}
		for _, c := range columns {
			choices := pool(c)
			isKey := slices.Contains(mt.keys, c)
			switch {
			case isKey && !base && table != "competencies" && table != "knowledge_points" && table != "positions" && table != "resources" && table != "employees":
				choices = append(slices.Clone(choices), "K8", "X9")
			case !isKey && c == mt.required && (base || table == "employees"):
			case !isKey && c == mt.required:
				choices = append(slices.Clone(choices), "")
			case !isKey && base:
				choices = append(slices.Clone(choices), "")
			case !isKey:
				choices = append(slices.Clone(choices), "", "(清空)")
			}
			row[c] = rapid.SampledFrom(choices).Draw(t, c)
		}
		if base && row["clause"] != "" {
			row["strength"] = "HARD"
		}
		id := modelRow{table: table, cells: row}.key() + " " + strings.Trim(row["clause"], "(清空)")
		ends := strings.Split(strings.TrimSpace(strings.NewReplacer("→", " ", "--", " ").Replace(modelRow{table: table, cells: row}.key())), " ")
		if seen[id] || ends[0] == ends[len(ends)-1] && len(ends) > 1 {
			continue
		}
		seen[id] = true
		rows = append(rows, row)
	}
	return columns, rows
}

func modelCSV(columns []string, rows []map[string]string) *fstest.MapFile {
	var b strings.Builder
	b.WriteString(strings.Join(columns, ",") + "\n")
	for _, r := range rows {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = r[c]
		}
		b.WriteString(strings.Join(cells, ",") + "\n")
	}
	return &fstest.MapFile{Data: []byte(b.String())}
}

func TestPlansOfRandomSheets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files := fstest.MapFS{}
		m := planModel{replace: rapid.Bool().Draw(t, "replace"), prune: rapid.Bool().Draw(t, "prune"), stored: map[string]modelRecord{}, givenTables: map[string]bool{}}
		model := planModel{stored: map[string]modelRecord{}}
		for _, table := range modelOrder {
			columns, rows := drawTable(t, table, true)
			if table == "competencies" || table == "knowledge_points" || table == "positions" {
				rows = nil
				n := map[string]int{"competencies": 3, "knowledge_points": 4, "positions": 2}[table]
				for i := range n {
					_, drawn := drawTable(t, table, true)
					row := map[string]string{"name": "甲"}
					if len(drawn) > 0 {
						row = drawn[0]
					}
					row["code"] = fmt.Sprintf("%s%d", map[string]string{"competencies": "C", "knowledge_points": "K", "positions": "P"}[table], i+1)
					rows = append(rows, row)
				}
			}
			for _, cells := range rows {
				r := modelRow{table: table, cells: cells}
				model.applyCells(&r)
				m.stored[r.after.id()] = r.after
			}
			files["base/"+table+".csv"] = modelCSV(columns, rows)
			if rapid.IntRange(0, 3).Draw(t, "given") == 0 {
				continue
			}
			columns, rows = drawTable(t, table, false)
			if len(rows) == 0 {
				continue
			}
			m.givenTables[table] = true
			files["given/"+table+".csv"] = modelCSV(columns, rows)
			for _, cells := range rows {
				m.rows = append(m.rows, modelRow{table: table, cells: cells})
			}
		}
		if len(m.rows) == 0 {
			return
		}
		stored, err := ReadFS(files, "base")
		require.NoError(t, err)
		require.Empty(t, stored.Problems)
		require.Empty(t, competency.Catalog{}.Check(stored.Changes))
		base := competency.Records{Catalog: competency.Catalog{}.Apply(competency.Catalog{}.Resolve(stored.Changes)), People: stored.Changes.Put.People}
		slices.SortFunc(base.Employees, func(a, b competency.Employee) int { return strings.Compare(a.Code, b.Code) })
		given, err := Options{Replace: m.replace, Prune: m.prune}.ReadFS(files, "given")
		require.NoError(t, err)
		require.Empty(t, given.Problems)
		match := base.MatchEdges(given.Changes.Put.Prerequisites, given.EmptiedEdges)
		edits := given.Changes.WithEdges(match)
		problems := slices.Concat(match.Problems, base.Check(edits))
		sound := edits.WithoutRefused(match, given.Refused(problems))
		if m.prune {
			pruning := base.Prune(base.Ungiven(edits, match), edits, sound, nil)
			sound = sound.WithDeletions(pruning.Delete)
			problems = append(problems, pruning.Problems...)
		}
		var plan, found []string
		for _, c := range base.Changes(base.Resolve(sound)) {
			fields := map[string][2]any{}
			for _, f := range c.Fields {
				fields[f.Field] = [2]any{f.Before, f.After}
			}
			plan = append(plan, modelLine(c.Table, c.Key, string(c.Kind), fields))
		}
		for _, p := range problems {
			key := p.Key
			if key == "" {
				key = recordKeyAt(edits.Put, p.Place)
			}
			what := "other"
			switch {
			case strings.Contains(p.Text.EN, "while it is referred to"):
				what = "still referred to"
			case strings.Contains(p.Text.EN, "every record needs it") || strings.Contains(p.Text.EN, "a new record needs"):
				what = "required"
			case p.Code == fault.NotFound:
				what = "refers to nothing"
			}
			found = append(found, modelLine(p.Record, key, what))
		}
		wantPlan, wantProblems := m.run()
		require.Equal(t, strings.Join(wantPlan, "\n"), strings.Join(sortedOnce(plan), "\n"))
		require.Equal(t, strings.Join(withoutKinds(wantProblems), "\n"), strings.Join(withoutKinds(sortedOnce(found)), "\n"))
	})
}

// withoutKinds leaves out what kind of problem a row has: one with several is told as any
// of them.
func withoutKinds(lines []string) (list []string) {
	for _, line := range lines {
		var v []string
		_ = json.Unmarshal([]byte(line), &v)
		if v[2] != "still referred to" {
			v[2] = "of the row"
		}
		list = append(list, strings.Join(v, " "))
	}
	return sortedOnce(list)
}

func recordKeyAt(put competency.Records, at fault.Place) string {
	switch at.Record {
	case competency.Competencies:
		return put.Competencies[at.Index].Code
	case competency.KnowledgePoints:
		return put.KnowledgePoints[at.Index].Code
	case competency.Prerequisites:
		return put.Prerequisites[at.Index].String()
	case competency.RelatedPairs:
		return put.Related[at.Index].A + " -- " + put.Related[at.Index].B
	case competency.Positions:
		return put.Positions[at.Index].Code
	case competency.Requirements:
		return put.Requirements[at.Index].Position + " / " + put.Requirements[at.Index].Target
	case competency.Resources:
		return put.Resources[at.Index].Code
	}
	return put.Employees[at.Index].Code
}
