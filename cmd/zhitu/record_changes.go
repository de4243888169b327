package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// maxChangesShown is how many records of a table are shown on a terminal.
const maxChangesShown = 20

// printChanges prints what happens to the first records of each table.
func (a *app) printChanges(changes []competency.RecordChange) {
	a.printTables(changes, func(c competency.RecordChange) {
		key := competency.Truncate(c.Key, 2*competency.MaxQuoted)
		if c.Clause != "" {
			key += " [" + competency.Truncate(c.Clause, competency.MaxQuoted) + "]"
		}
		switch c.Kind {
		case competency.Created:
			a.println("  new      %s%s", "  新增  %s%s", key, describeFields(c, func(f competency.FieldChange) any { return f.After }))
		case competency.Deleted:
			a.println("  deleted  %s%s", "  删除  %s%s", key, describeFields(c, func(f competency.FieldChange) any { return f.Before }))
		default:
			fields := make([]string, len(c.Fields))
			for i, f := range c.Fields {
				fields[i] = fmt.Sprintf("%s %s → %s", f.Field, formatValue(f.Before), formatValue(f.After))
			}
			a.println("  changed  %s: %s", "  变更  %s：%s", key, strings.Join(fields, "; "))
		}
	})
}

// printChangeCounts prints how many records of each table change.
func (a *app) printChangeCounts(changes []competency.RecordChange) { a.printTables(changes, nil) }

// printTables prints a line for each table, and one for each of its first records where
// there is a function that does.
func (a *app) printTables(changes []competency.RecordChange, printRecord func(competency.RecordChange)) {
	for len(changes) > 0 {
		n, kinds := 0, map[competency.ChangeKind]int{}
		for n < len(changes) && changes[n].Table == changes[0].Table {
			kinds[changes[n].Kind]++
			n++
		}
		a.println("%s: %d new, %d changed, %d deleted", "%s：新增 %d，变更 %d，删除 %d",
			changes[0].Table, kinds[competency.Created], kinds[competency.Changed], kinds[competency.Deleted])
		if printRecord != nil {
			for _, c := range changes[:min(maxChangesShown, n)] {
				printRecord(c)
			}
			if more := n - maxChangesShown; more > 0 {
				a.println("  … and %s; --json lists all", "  ……另有 %s 条；--json 可列出全部", fault.Count(more, "more record", "more records"))
			}
		}
		changes = changes[n:]
	}
}

// describeFields lists the values of a record that comes or goes, but for those in its key.
func describeFields(c competency.RecordChange, value func(competency.FieldChange) any) string {
	var fields []string
	for _, f := range c.Fields {
		if v := value(f); !strings.Contains(" "+c.Key+" ", " "+fmt.Sprint(v)+" ") {
			fields = append(fields, f.Field+" "+formatValue(v))
		}
	}
	if len(fields) == 0 {
		return ""
	}
	return ": " + strings.Join(fields, "; ")
}

// formatValue formats a value of a field for a line of text.
func formatValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "–"
	case competency.HiddenValue:
		return "***"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return competency.Truncate(strings.Join(v, ";"), competency.MaxQuoted)
	default:
		return competency.Truncate(fmt.Sprint(v), competency.MaxQuoted)
	}
}
