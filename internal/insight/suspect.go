package insight

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// failingMastery is the mastery below which the next answer is likelier to be wrong
// than right. A mastery between it and a level is undecided, and contradicts nothing.
const failingMastery = 0.5

// An edge is suspect where both bounds are exceeded.
const (
	// maxSlips is the share of people who may seem to fail what they know.
	maxSlips = 0.1
	// maxContradiction is how much contradiction (see [Suspect.Contradiction]) may have
	// other reasons.
	maxContradiction = 0.3
)

// clause counts people by their mastery of a dependent and of its alternatives.
type clause struct {
	owner        kg.Node
	alternatives []kg.Alternative

	people, failing         int // with evidence on both ends; of these, who fail all alternatives
	mastered, contradicting int // the same of people who master the dependent
	unread                  int // of mastered, whom the reader may not read one by one
}

// add counts a person with evidence on the dependent.
func (c *clause) add(person []meanMastery, unread int) {
	fails, known := c.fails(person)
	if !known {
		return
	}
	masters := person[c.owner].atLeast(mastery.Passing)
	c.people++
	if masters {
		c.mastered++
		c.unread += unread
	}
	if fails {
		c.failing++
	}
	if masters && fails {
		c.contradicting++
	}
}

// fails reports whether a person fails every alternative, and whether that is known.
// One alternative that they do not fail is enough; else all must have evidence.
func (c *clause) fails(person []meanMastery) (fails, known bool) {
	known = true
	for _, a := range c.alternatives {
		switch m := person[a.Node]; {
		case m.n == 0:
			known = false
		case m.atLeast(min(a.Theta, failingMastery)):
			return false, true
		}
	}
	return known, known
}

// Suspect is a HARD prerequisite, or a clause with all its alternatives, that the
// evidence contradicts. A competency counts by the mean over its points with evidence.
type Suspect struct {
	Dependent     kg.Node
	Alternatives  []kg.Alternative
	People        int     // who master the dependent and have evidence on the prerequisite
	Contradicting int     // of these, who fail it
	Share         float64 // Contradicting / People
	LowerBound    float64 // of Share, see [LowerBound]
	Expected      float64 // Share if the ends were independent: who fails it among all with evidence on both
}

// Contradiction returns how strongly the evidence contradicts the edge. It is 0 where
// no one surely contradicts it, and 1 where as many do as if its ends were
// independent. It is 1 − H (Loevinger's coefficient of scalability), at the lower
// bound of the share.
func (s Suspect) Contradiction() float64 { return s.LowerBound / s.Expected }

// Suspects returns the clauses with evidence of at least so many people that more of
// them contradict than slips and chance explain. The most contradicted come first,
// then by the codes of the dependent and of the prerequisite. It costs O(clauses ·
// log clauses).
func (t *Tally) Suspects(minPeople int) []Suspect {
	var list []Suspect
	for _, c := range t.clauses {
		if c.mastered < max(1, minPeople) || isSecret(c.unread) {
			continue
		}
		s := Suspect{
			Dependent: c.owner, Alternatives: c.alternatives, People: c.mastered, Contradicting: c.contradicting,
			Share: *ratio(c.contradicting, c.mastered), Expected: *ratio(c.failing, c.people),
		}
		if s.LowerBound = LowerBound(s.Share, s.People); s.LowerBound > maxSlips && s.Contradiction() > maxContradiction {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Suspect) int {
		return cmp.Or(cmp.Compare(b.Contradiction(), a.Contradiction()), cmp.Compare(t.g.Rank(a.Dependent), t.g.Rank(b.Dependent)),
			cmp.Compare(t.g.Rank(a.Alternatives[0].Node), t.g.Rank(b.Alternatives[0].Node)))
	})
	return list
}
