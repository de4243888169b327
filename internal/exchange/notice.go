package exchange

import (
	"time"

	"golang.org/x/text/unicode/norm"

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

// noticeLookAlikes names codes of one type that look the same: they differ by case or
// width alone. It costs O(records).
func (d *Document) noticeLookAlikes() {
	put := d.Changes.Put
	learnables, positions, resources, units, employees := lookAlikes{}, lookAlikes{}, lookAlikes{}, lookAlikes{}, lookAlikes{}
	for i, r := range put.Competencies {
		learnables.add(d, competency.Competencies, i, r.Code)
	}
	for i, r := range put.KnowledgePoints {
		learnables.add(d, competency.KnowledgePoints, i, r.Code)
	}
	for i, r := range put.Positions {
		positions.add(d, competency.Positions, i, r.Code)
	}
	for i, r := range put.Resources {
		resources.add(d, competency.Resources, i, r.Code)
	}
	for i, r := range put.OrgUnits {
		units.add(d, competency.OrgUnits, i, r.Code)
	}
	for i, r := range put.Employees {
		employees.add(d, competency.Employees, i, r.Code)
	}
}

// lookAlikes holds the first code of each look.
type lookAlikes map[string]string

// codeLook returns what is the same of codes that look alike.
func codeLook(code string) string {
	return competency.Fold(norm.NFKC.String(competency.RemoveInvisible(code)))
}

func (l lookAlikes) add(d *Document, record string, i int, code string) {
	if code == "" || len(code) > maxHeading {
		return
	}
	look := codeLook(code)
	first, known := l[look]
	if !known {
		l[look] = code
		return
	}
	if first == code { // given twice, which is a problem
		return
	}
	if cell, ok := d.cellOf(fault.Place{Record: record, Index: i, Field: "code"}); ok {
		d.Notices = append(d.Notices, LocatedProblem{
			Location: d.locationOf(cell),
			Text: fault.T("%s looks like %s, and is another code: if both mean the same record, write it one way", "%s 与 %s 看起来相同，但是不同的编码：若指同一记录，请统一写法",
				competency.Quote(code), competency.Quote(first)),
		})
	}
}
