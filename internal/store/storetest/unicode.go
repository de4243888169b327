package storetest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// texts are what a store may be tempted to change, to cut or to obey.
var texts = []string{
	"知识点：吊装（含“手势”）",
	"👩🏽‍🚀🇨🇳 emoji with joiners",
	"e\u0301 and é are not the same bytes",
	"\ufeffmarked",
	" outer\tand\r\nother space \u00a0\u3000",
	"\x01\x02\x1b[31m\x7f\u0085\u2028\u2029 controls",
	"\U0010ffff\ue000\ufffd last, private, replacement",
	`"quoted" 'single' \ back \n \u0041 ${x} {{y}} %s %d`,
	"'; DROP TABLE employees; --",
	"' OR 1=1 //",
	`{"json": [1, null, "x"]}`,
	"[]", "null", "NULL", "0", "1e3", "007", "true",
	"=cmd|' /C calc'!A0",
	"<script>alert(1)</script>&amp;",
	"مرحبا \u202e right to left",
	strings.Repeat("长文", 100_000/6+1), // above 100 kB
}

var unicodeTests = []test{
	{"every text comes back byte for byte from every field", func(b harness) {
		var r competency.Records
		for i, text := range texts {
			code := inOrder[i%len(inOrder)] + strings.Repeat("x", i)
			r.Competencies = append(r.Competencies, competency.Competency{Code: "c" + code, Name: text, NameEN: text, Description: text})
			r.KnowledgePoints = append(r.KnowledgePoints, competency.KnowledgePoint{
				Code: code, Name: text, NameEN: text, Description: text, Tags: []string{text, "", text},
			})
			r.Prerequisites = append(r.Prerequisites, competency.Prerequisite{Prerequisite: code, Dependent: code, Reason: text})
			r.Positions = append(r.Positions, competency.Position{Code: code, Name: text, NameEN: text, Family: text, Grade: text, Description: text})
			r.Resources = append(r.Resources, competency.Resource{Code: code, Title: text, URL: text, Language: text})
			r.OrgUnits = append(r.OrgUnits, competency.OrgUnit{Code: code, Name: text})
			r.Employees = append(r.Employees, competency.Employee{Code: code, Name: text, OrgUnit: code})
		}
		want := r.Catalog
		want.Sort()
		b.edit(competency.ChangeSet{ID: texts[0], At: noon, Put: r})
		require.Equal(b, normalizeCatalog(want), b.load())
		for i, e := range r.Employees {
			require.Equal(b, store.Profile{Employee: e, Units: r.OrgUnits[i : i+1], Lines: store.Lines{Units: []string{e.Code}}, Revision: 1}, b.profile(e.Code))
		}
		kept := b.history(store.HistoryQuery{First: 1})[0]
		require.Equal(b, texts[0], kept.ID)
		require.Equal(b, normalizeCatalog(want), normalizeCatalog(competency.Catalog{}.Apply(*kept.Changes)))
	}},
	{"codes may be any texts that are valid codes", func(b harness) {
		codes := []string{}
		for _, text := range append(texts, strings.Repeat("岗", competency.MaxCode), strings.Repeat("😀", competency.MaxCode)) {
			if code := competency.NormalizeCode(text); competency.ValidCode(code) {
				codes = append(codes, code)
			}
		}
		require.Greater(b, len(codes), 8)
		var r competency.Records
		for _, code := range codes {
			r.KnowledgePoints = append(r.KnowledgePoints, competency.KnowledgePoint{Code: code})
			r.Prerequisites = append(r.Prerequisites, competency.Prerequisite{Prerequisite: codes[0], Dependent: code, Clause: code})
			r.Positions = append(r.Positions, competency.Position{Code: code})
			r.Resources = append(r.Resources, competency.Resource{Code: code, Teaches: codes})
			r.OrgUnits = append(r.OrgUnits, competency.OrgUnit{Code: code, Name: "n"})
			r.Employees = append(r.Employees, competency.Employee{Code: code, Name: "n", OrgUnit: code, Position: code, Targets: codes, Manager: code})
			r.Mastery = append(r.Mastery, competency.Assessment{Employee: code, KnowledgePoint: code, Mastery: 1, AssessedAt: noon})
		}
		b.put(r)
		want := competency.ChangeSet{Put: r}
		want.Put.Sort()
		require.Equal(b, normalizeCatalog(want.Put.Catalog), b.load())
		for i, code := range codes {
			p := b.profile(code)
			require.Equal(b, r.Employees[i], p.Employee)
			require.Equal(b, r.Mastery[i:i+1], p.States)
			for _, q := range []store.EmployeeQuery{{Codes: []string{code}}, {OrgUnits: []string{code}}, {Position: code}, {Manager: code}, {KnowledgePoint: code}} {
				require.Equal(b, []string{code}, codesOf(b.employees(q).Profiles))
			}
			require.Equal(b, len(codes), b.employees(store.EmployeeQuery{Target: code}).Total)
			require.Contains(b, codesOf(b.employees(store.EmployeeQuery{Text: code}).Profiles), code)
		}
	}},
	{"codes that differ only in case, width or composition are different", func(b harness) {
		alike := []string{"a", "A", "ａ", "á", "a\u0301", "ß", "ss", "İ", "i"}
		var r competency.Records
		for _, code := range alike {
			r.Positions = append(r.Positions, competency.Position{Code: code})
			r.Employees = append(r.Employees, competency.Employee{Code: code, Name: code, Position: code})
		}
		b.put(r)
		require.Len(b, b.load().Positions, len(alike))
		for _, code := range alike {
			require.Equal(b, []string{code}, codesOf(b.employees(store.EmployeeQuery{Position: code}).Profiles))
			require.Equal(b, code, b.profile(code).Employee.Name)
		}
	}},
}
