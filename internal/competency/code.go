package competency

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/unicode/norm"
)

// MaxCode is how many characters a code may have.
const MaxCode = 64

// ListSeparators divide the items of a list in one cell, and so are no part of
// a code.
const ListSeparators = ";；、"

// Code returns a code in the one form in which codes are compared: NFC.
func Code(s string) string { return norm.NFC.String(s) }

// ValidCode reports whether s, in NFC, may be a code.
func ValidCode(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxCode &&
		!strings.ContainsAny(s, ListSeparators) &&
		strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' }) < 0
}

// Fold returns the form of a text in which searches compare: NFC, lower case.
func Fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// Nearest returns the candidate most like a word, whatever its case, or "" where
// none is near enough to be what was meant. It costs O(candidates).
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", utf8.RuneCountInString(word)/2+1
	folded := Fold(word)
	for _, c := range candidates {
		// Texts that differ much in length cannot be near: spare the matrix.
		if d := utf8.RuneCountInString(c) - utf8.RuneCountInString(word); d >= bestDistance || -d >= bestDistance {
			continue
		}
		if d := levenshtein.ComputeDistance(folded, Fold(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// Short returns the first characters of a text, so that no message grows with
// its input.
func Short(s string, most int) string {
	seen := 0
	for i := range s {
		if seen == most {
			return s[:i] + "…"
		}
		seen++
	}
	return s
}

// MaxQuoted is how many characters of a value a message shows.
const MaxQuoted = 40

// Quote shows a value as it was given, shortened.
func Quote(s string) string { return strconv.Quote(Short(s, MaxQuoted)) }

// Trim removes what no cell of a file keeps at its ends: white space of every
// width, and byte order marks.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
}

// Normalize puts every code of the set into NFC, every pair without direction
// into its order, and trims every text, in place. Whoever makes a change set
// from input calls it before anything else.
func (cs *ChangeSet) Normalize() {
	for _, r := range []*Records{&cs.Put, &cs.Delete} {
		for i := range r.Competencies {
			k := &r.Competencies[i]
			nfc(&k.Code, &k.Parent)
			trim(&k.Name, &k.NameEN, &k.Description)
		}
		for i := range r.KnowledgePoints {
			k := &r.KnowledgePoints[i]
			nfc(&k.Code, &k.Competency)
			trim(&k.Name, &k.NameEN, &k.Description)
			trimAll(k.Tags)
		}
		for i := range r.Prerequisites {
			p := &r.Prerequisites[i]
			nfc(&p.Prerequisite, &p.Dependent, &p.Clause)
			trim(&p.Clause, &p.Reason)
		}
		for i := range r.Related {
			nfc(&r.Related[i].A, &r.Related[i].B)
			r.Related[i] = r.Related[i].Ordered()
		}
		for i := range r.Positions {
			p := &r.Positions[i]
			nfc(&p.Code)
			trim(&p.Name, &p.NameEN, &p.Family, &p.Grade, &p.Description)
		}
		for i := range r.Requirements {
			nfc(&r.Requirements[i].Position, &r.Requirements[i].Target)
		}
		for i := range r.Resources {
			s := &r.Resources[i]
			nfc(&s.Code)
			trim(&s.Title, &s.URL, &s.Language)
			nfcAll(s.Teaches)
		}
		for i := range r.OrgUnits {
			u := &r.OrgUnits[i]
			nfc(&u.Code, &u.Parent)
			trim(&u.Name)
		}
		for i := range r.Employees {
			e := &r.Employees[i]
			nfc(&e.Code, &e.OrgUnit, &e.Position, &e.Manager)
			trim(&e.Name)
			nfcAll(e.Targets)
		}
		for i := range r.Mastery {
			nfc(&r.Mastery[i].Employee, &r.Mastery[i].KnowledgePoint)
		}
	}
}

func nfc(codes ...*string) {
	for _, c := range codes {
		*c = Code(*c)
	}
}

func nfcAll(codes []string) {
	for i := range codes {
		codes[i] = Code(codes[i])
	}
}

func trim(texts ...*string) {
	for _, t := range texts {
		*t = Trim(*t)
	}
}

func trimAll(texts []string) {
	for i := range texts {
		texts[i] = Trim(texts[i])
	}
}
