package exchange

import (
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// notice tells something of the table that is being decoded.
func (d *Document) notice(row int, field string, text fault.Text) {
	d.Notices = append(d.Notices, LocatedProblem{Location: d.locationOf(cellRef{len(d.sources) - 1, row, field}), Text: text})
}

// farZone is one in which nobody lives.
var farZone = time.FixedZone("", -13*60*60)

// readTime puts a time into RFC 3339. The first one that rests on a zone that nobody has
// chosen is told.
func (d *Document) readTime(row int, h heading, cell string) (string, fault.Text) {
	t, problem := competency.ParseTime(cell, d.options.Zone)
	if problem != noProblem {
		return "", problem
	}
	if d.options.ZoneAssumed && !d.zoneTold {
		if other, _ := competency.ParseTime(cell, farZone); !other.Equal(t) {
			d.zoneTold = true
			d.notice(row, h.en, fault.T("%s names no zone and was read in that of this machine, as %s; the setting time-zone names another",
				"%s 未写明时区，已按本机时区读作 %s；可用设置项 time-zone 指定其他时区", competency.Quote(cell), t.In(d.options.Zone).Format(time.RFC3339)))
		}
	}
	return t.Format(time.RFC3339Nano), noProblem
}

// noticeCommas tells that a comma divides no tags, where a tag has one: whoever wrote it may
// have meant several.
func (d *Document) noticeCommas() {
	for i, k := range d.Changes.Put.KnowledgePoints {
		at := slices.IndexFunc(k.Tags, func(tag string) bool { return strings.Contains(tag, ",") })
		if at < 0 {
			continue
		}
		if cell, ok := d.cellOf(fault.Place{Record: competency.KnowledgePoints, Index: i, Field: "tags"}); ok {
			d.Notices = append(d.Notices, LocatedProblem{Location: d.locationOf(cell), Text: fault.T(
				"%s is read as one tag with a comma in it: separate tags by ; or 、", "%s 读作一个含逗号的标签：多个标签请用 ; 或 、 分隔", competency.Quote(k.Tags[at]))})
		}
		return // the first is enough
	}
}

// noticeLookAlikes names codes of one type that look the same.
func (d *Document) noticeLookAlikes() {
	for _, p := range d.Changes.Put.LookAlikes() {
		if cell, ok := d.cellOf(p.Place); ok {
			d.Notices = append(d.Notices, LocatedProblem{Location: d.locationOf(cell), Text: p.Text})
		}
	}
}
