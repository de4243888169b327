package insight

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// failing is the mastery below which the evidence says that somebody is likelier to
// get the next item wrong than right. What lies between it and a level is
// undecided, and contradicts nothing.
const failing = 0.5

// An edge is suspect where both bounds are passed.
const (
	// slips is the share of people who may seem to fail what they know.
	slips = 0.1
	// chance is the share, of those who would contradict the edge if its ends had
	// nothing to do with each other, who may do so for other reasons.
	chance = 0.3
)

// clause counts how people stand to a dependent and to what it asks for.
type clause struct {
	owner        kg.Node
	alternatives []kg.Alternative

	people, failing         int // with evidence on both ends; those who fail all alternatives
	mastered, contradicting int // the same of those who master the dependent
}

// add counts a person who has evidence on the dependent.
func (c *clause) add(person []level) {
	fails, known := c.fails(person)
	if !known {
		return
	}
	masters := person[c.owner].atLeast(mastery.Passing)
	c.people++
	if masters {
		c.mastered++
	}
	if fails {
		c.failing++
	}
	if masters && fails {
		c.contradicting++
	}
}

// fails reports whether somebody fails every alternative, and whether the evidence
// tells that at all: one that they do not fail is enough, else it takes them all.
func (c *clause) fails(person []level) (fails, known bool) {
	known = true
	for _, a := range c.alternatives {
		switch l := person[a.Node]; {
		case l.n == 0:
			known = false
		case l.atLeast(min(a.Theta, failing)):
			return false, true
		}
	}
	return known, known
}

// Suspect is a HARD prerequisite that the evidence contradicts, or a clause with
// all its alternatives. A competency counts by the mean over its points with
// evidence.
type Suspect struct {
	Dependent     kg.Node
	Alternatives  []kg.Alternative
	People        int     // who master the dependent and have evidence on the prerequisite
	Contradicting int     // those among them who fail it
	Share         float64 // of the contradicting among the people
	LowerBound    float64 // of the share
	Expected      float64 // the share if the ends had nothing to do with each other: of those who fail it among all with evidence on both
}

// Contradiction returns how far the edge is from saying anything: 0 where nobody
// surely contradicts it, 1 where surely as many do as if its ends had nothing to do
// with each other. It is 1 − H of Loevinger, at the lower bound of the share.
func (s Suspect) Contradiction() float64 { return s.LowerBound / s.Expected }

// Suspects returns the clauses about which at least so many people tell, and which
// surely more of them contradict than by slips and by chance: the most contradicted
// first, then by the codes of the dependent and of the prerequisite.
func (t *Tally) Suspects(minPeople int) []Suspect {
	var list []Suspect
	for _, c := range t.clauses {
		if c.mastered < max(1, minPeople) {
			continue
		}
		s := Suspect{
			Dependent: c.owner, Alternatives: c.alternatives, People: c.mastered, Contradicting: c.contradicting,
			Share: *ratio(c.contradicting, c.mastered), Expected: *ratio(c.failing, c.people),
		}
		if s.LowerBound = LowerBound(s.Share, s.People); s.LowerBound > slips && s.Contradiction() > chance {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Suspect) int {
		return cmp.Or(cmp.Compare(b.Contradiction(), a.Contradiction()), cmp.Compare(t.g.Rank(a.Dependent), t.g.Rank(b.Dependent)),
			cmp.Compare(t.g.Rank(a.Alternatives[0].Node), t.g.Rank(b.Alternatives[0].Node)))
	})
	return list
}
