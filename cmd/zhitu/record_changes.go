package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// maxChangesShown is how many changed records an import shows on a terminal.
const maxChangesShown = 20

// printChanges prints the first of the records that changed.
func (a *app) printChanges(changes []competency.RecordChange) {
	for _, c := range changes[:min(maxChangesShown, len(changes))] {
		key := competency.Truncate(c.Key, 2*competency.MaxQuoted)
		switch c.Kind {
		case competency.Created:
			a.println("  new      %s %s", "  新增  %s %s", c.Table, key)
		case competency.Deleted:
			a.println("  deleted  %s %s", "  删除  %s %s", c.Table, key)
		default:
			fields := make([]string, len(c.Fields))
			for i, f := range c.Fields {
				fields[i] = fmt.Sprintf("%s %s → %s", f.Field, formatValue(f.Before), formatValue(f.After))
			}
			a.println("  changed  %s %s: %s", "  变更  %s %s：%s", c.Table, key, strings.Join(fields, "; "))
		}
	}
	if more := len(changes) - maxChangesShown; more > 0 {
		a.println("  … and %s; --json lists all", "  ……另有 %s 条；--json 可列出全部", fault.Count(more, "more record", "more records"))
	}
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
