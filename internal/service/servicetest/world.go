package servicetest

import (
	"fmt"
	"testing"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// SmallCatalog is the catalog of most tests.
const SmallCatalog = `
	C { A 45m B C2 { D } }
	B <- A
	P: B=0.9*2! C2=0.5
	Q: A
	R VIDEO 20m zh-CN => A B
	@ A=0.8`

// World is a catalog in the notation of kgtest with two people: E1, who has the
// masteries of the text, reports to E2.
func World(t testing.TB, text string) competency.ChangeSet {
	t.Helper()
	w := kgtest.MustParse(t, text)
	var cs competency.ChangeSet
	cs.Put.Catalog = w.Catalog
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "HQ", Name: "总部"}, {Code: "DEV", Name: "研发部", Parent: "HQ"}}
	cs.Put.Employees = []competency.Employee{
		{Code: "E1", Name: "陈晓雨", OrgUnit: "DEV", Manager: "E2"}, {Code: "E2", Name: "许文博", OrgUnit: "HQ"},
	}
	for _, m := range w.Mastery {
		m.Employee = "E1"
		cs.Put.Mastery = append(cs.Put.Mastery, m)
	}
	return cs
}

// Code returns the code of the i-th of many records.
func Code(prefix string, i int) string { return fmt.Sprintf("%s%05d", prefix, i) }
